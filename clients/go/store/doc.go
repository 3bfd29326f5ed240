// Package store is a client's picture of its workspace, folded from frames: the same frames give the same picture, in
// every language and on every screen (PROTOCOL.md, section 7).
//
// It does no input or output, knows no time and asks nobody; what it lacks it wishes for, and whoever asks hands the
// answers in. A [Store] is for one goroutine at a time. What it gives is shared with it and must not be changed.
package store
