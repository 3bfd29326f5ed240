// A client's place in the log: the newest seq it folded and the cursor it resumes with. It decides which events are
// repeated; it never talks to anybody.

package parloir

import "github.com/parloir/parloir/clients/go/wire"

// position is where a client stands, over all its connections.
type position struct {
	seq    wire.Seq
	cursor wire.Cursor
	// offered is from welcome: of use once everything up to its seq was folded.
	offered    wire.Cursor
	offeredSeq wire.Seq
	// whole is whether a snapshot was folded to its end.
	whole bool
}

// offer: a snapshot begins that leads to cursor.
func (p *position) offer(cursor wire.Cursor, seq wire.Seq) {
	*p = position{offered: cursor, offeredSeq: seq}
}

// snapshot: it is whole.
func (p *position) snapshot(seq wire.Seq) {
	p.seq, p.whole = seq, true
	p.takeOffer()
}

// advance is whether an event with this seq is new.
func (p *position) advance(seq wire.Seq) bool {
	if seq <= p.seq {
		return false
	}
	p.seq = seq
	p.takeOffer()
	return true
}

// reached: everything visible up to cursor was sent; seq is zero where it is not known.
func (p *position) reached(cursor wire.Cursor, seq wire.Seq) {
	if !p.whole {
		return
	}
	p.seq, p.cursor, p.offered = max(p.seq, seq), cursor, ""
}

func (p *position) takeOffer() {
	if p.offered != "" && p.offeredSeq <= p.seq {
		p.cursor, p.offered = p.offered, ""
	}
}
