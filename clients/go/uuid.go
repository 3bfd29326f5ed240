// Ids of commands: UUIDs of version 7, which sort by the time they were made, and within one millisecond by their order.

package parloir

import (
	"crypto/rand"
	"encoding/binary"
	"fmt"
	"sync"
	"time"

	"github.com/parloir/parloir/clients/go/wire"
)

// countMax is what the 12 bits behind the time hold at most.
const countMax = 0xfff

var lastID struct {
	sync.Mutex
	at    int64
	count uint16
}

// NewCommandID makes an id that stands after every one before it, also when the clock stands still or goes back.
func NewCommandID() wire.CommandID {
	at, count := nextID(time.Now().UnixMilli())
	var id [16]byte
	// The random source of the platform never fails: since Go 1.24 the program ends instead.
	_, _ = rand.Read(id[8:])
	binary.BigEndian.PutUint64(id[:8], uint64(at)<<16|0x7000|uint64(count))
	id[8] = id[8]&0x3f | 0x80
	return wire.CommandID(fmt.Sprintf("%x-%x-%x-%x-%x", id[:4], id[4:6], id[6:8], id[8:10], id[10:]))
}

func nextID(now int64) (at int64, count uint16) {
	lastID.Lock()
	defer lastID.Unlock()
	switch {
	case now > lastID.at:
		lastID.at, lastID.count = now, 0
	case lastID.count < countMax:
		lastID.count++
	default:
		lastID.at, lastID.count = lastID.at+1, 0
	}
	return lastID.at, lastID.count
}

// MessageIDOf is the message that a message.send with this id makes: known before the answer.
func MessageIDOf(id wire.CommandID) wire.MessageID { return "msg_" + wire.MessageID(id) }
