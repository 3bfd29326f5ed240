// What tests may do to a client's insides. It is no part of the package.

package parloir

import "errors"

// ErrFull is what a broken disk says.
var ErrFull = errors.New("no space left")

// brokenFile writes so many bytes more, then half a line; it syncs only while it writes, and may not cut either.
type brokenFile struct {
	outboxFile
	left   int
	syncs  bool
	mayCut bool
}

func (f *brokenFile) Write(line []byte) (int, error) {
	if f.left < len(line) {
		written, _ := f.outboxFile.Write(line[:f.left])
		f.left = 0
		return written, ErrFull
	}
	f.left -= len(line)
	return f.outboxFile.Write(line)
}

func (f *brokenFile) Sync() error {
	if !f.syncs {
		return ErrFull
	}
	return f.outboxFile.Sync()
}

func (f *brokenFile) Truncate(length int64) error {
	if !f.mayCut {
		return ErrFull
	}
	return f.outboxFile.Truncate(length)
}

// BreakWrites lets an outbox write so many bytes more.
func BreakWrites(outbox *FileOutbox, left int) {
	outbox.file = &brokenFile{outbox.file, left, true, true}
}

// BreakSyncs lets an outbox write but not sync.
func BreakSyncs(outbox *FileOutbox) {
	outbox.file = &brokenFile{outbox.file, 1 << 20, false, true}
}

// BreakCuts lets an outbox write so many bytes more and take nothing back.
func BreakCuts(outbox *FileOutbox, left int) {
	outbox.file = &brokenFile{outbox.file, left, true, false}
}
