// Close codes and what they mean for coming back (PROTOCOL.md, section 14; protocol/registry/closes.json). It closes
// nothing.

package parloir

import "slices"

// The server's own codes. From 4000 to 4499: connect again. From 4500: something must change first.
const (
	CloseShutdown           = 4000
	CloseInternal           = 4001
	CloseResetRequired      = 4002
	CloseHelloTimeout       = 4008
	CloseSlowReader         = 4009
	CloseNoPong             = 4010
	CloseRateLimited        = 4029
	CloseRightsChanged      = 4040
	CloseBadFrame           = 4500
	CloseUnauthenticated    = 4501
	CloseForbidden          = 4503
	CloseRevoked            = 4504
	CloseUnsupportedVersion = 4505
	CloseFrameTooLarge      = 4509
)

// Codes of the WebSocket protocol that a client meets.
const (
	// CloseLeft: the client left.
	CloseLeft = 1000
	// CloseAbnormal is what a connection without a close frame ended with.
	CloseAbnormal = 1006
	// CloseUnreadable is a frame of the server that is none: trying again would bring it again.
	CloseUnreadable = 1007
)

const (
	noStatus       = 1005
	firstOwn       = 4000
	firstForbidden = 4500
)

var closeNames = map[string]int{
	"shutdown":            CloseShutdown,
	"internal":            CloseInternal,
	"reset_required":      CloseResetRequired,
	"hello_timeout":       CloseHelloTimeout,
	"slow_reader":         CloseSlowReader,
	"no_pong":             CloseNoPong,
	"rate_limited":        CloseRateLimited,
	"rights_changed":      CloseRightsChanged,
	"bad_frame":           CloseBadFrame,
	"unauthenticated":     CloseUnauthenticated,
	"forbidden":           CloseForbidden,
	"revoked":             CloseRevoked,
	"unsupported_version": CloseUnsupportedVersion,
	"frame_too_large":     CloseFrameTooLarge,
}

var reconnecting = []int{1001, CloseAbnormal, 1011, 1012, 1013}

// Reconnects is whether connecting again may help after a close code.
func Reconnects(code int) bool {
	return code >= firstOwn && code < firstForbidden || slices.Contains(reconnecting, code)
}

// CloseCodes is the server's own close codes by name.
func CloseCodes() map[string]int {
	codes := make(map[string]int, len(closeNames))
	for name, code := range closeNames {
		codes[name] = code
	}
	return codes
}

// endedWith is what a connection ended with: one that broke right after goodbye ended for the reason given there.
func endedWith(code int, goodbye string) int {
	if code == CloseLeft || code == noStatus || code < CloseLeft {
		code = CloseAbnormal
	}
	if said, is := closeNames[goodbye]; is && code == CloseAbnormal {
		return said
	}
	return code
}
