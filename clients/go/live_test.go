// Clients against the real server: what one agent does, the other one sees.

package parloir_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"testing"

	parloir "github.com/parloir/parloir/clients/go"
	"github.com/parloir/parloir/clients/go/store"
	"github.com/parloir/parloir/clients/go/wire"
)

// newest is the conversation at the top of the queue.
func newest(t *testing.T, client *parloir.Client) wire.ConversationID {
	t.Helper()
	view := wire.View{Status: wire.StatusOpen}
	page, err := parloir.Ask(within(t), client, wire.QueuePage{View: view, Limit: wire.Some(int64(1))})
	if err != nil {
		t.Fatal(err)
	}
	return page.Rows[0].Conversation.ConversationID
}

func ready(thread store.Thread) bool { return thread.Load.Loading == store.Ready }

func TestTwoAgentsSeeTheSame(t *testing.T) {
	demo := startDemo(t)
	for name, codec := range map[string]wire.Codec{"msgpack": wire.MessagePack, "json": wire.JSON} {
		t.Run(name, func(t *testing.T) { seeTheSame(t, demo.of(t), codec) })
	}
	t.Run("refused", func(t *testing.T) { theSecondIsRefused(t, demo.of(t)) })
	t.Run("signals", func(t *testing.T) { seeWhoTypes(t, demo.of(t)) })
	t.Run("search", func(t *testing.T) { watchASearch(t, demo.of(t)) })
	t.Run("tokens", func(t *testing.T) { goOnWithAnotherToken(t, demo.of(t)) })
	t.Run("contact", func(t *testing.T) { followAContact(t, demo.of(t)) })
	t.Run("files", func(t *testing.T) { uploadAndCancel(t, demo.of(t)) })
}

func seeTheSame(t *testing.T, demo *demo, codec wire.Codec) {
	lea, nadia := demo.join(0, parloir.Options{Codec: codec}), demo.join(2, parloir.Options{Codec: codec})
	queue := lea.Queue(wire.View{Status: wire.StatusOpen})
	defer queue.Close()
	first, err := queue.Until(within(t), func(queue store.Queue) bool { return len(queue.Rows) > 0 })
	if err != nil {
		t.Fatal(err)
	}
	id := first.Rows[0].Conversation.ConversationID
	thread := nadia.Thread(id)
	defer thread.Close()
	if _, err := thread.Until(within(t), ready); err != nil {
		t.Fatal(err)
	}
	text := fmt.Sprintf("Bonjour en %v", codec.Subprotocol())
	sending, err := lea.Give(wire.MessageSend{ConversationID: id, Text: &text})
	if err != nil {
		t.Fatal(err)
	}
	done, err := sending.Wait(within(t))
	if err != nil || done.MessageID != sending.MessageID {
		t.Fatalf("%+v %v", done, err)
	}
	if _, err := thread.Until(within(t), func(thread store.Thread) bool {
		item, is := thread.Lines[len(thread.Lines)-1].Item.(wire.ItemMessage)
		return is && item.Message.MessageID == sending.MessageID && *item.Message.Text == text
	}); err != nil {
		t.Fatal(err)
	}
	if _, err := queue.Until(within(t), func(queue store.Queue) bool {
		last := queue.Rows[0].Last
		return last != nil && last.Text != nil && *last.Text == text
	}); err != nil {
		t.Fatal(err)
	}
	counters, directory := lea.Counters(), lea.Directory()
	defer counters.Close()
	defer directory.Close()
	if counters.Value().All.Open == 0 || directory.Value().Me.Name != demo.Agents[0].Name {
		t.Fatalf("%+v %+v", counters.Value().All, directory.Value().Me)
	}
	lea.Close()
	if state := lea.State(); state.Phase != parloir.Closed || state.Code != parloir.CloseLeft {
		t.Fatalf("%+v", state)
	}
}

func theSecondIsRefused(t *testing.T, demo *demo) {
	lea, nadia := demo.join(0, parloir.Options{}), demo.join(2, parloir.Options{})
	id := newest(t, lea)
	thread := nadia.Thread(id)
	defer thread.Close()
	seen, err := thread.Until(within(t), ready)
	if err != nil {
		t.Fatal(err)
	}
	text := "Je réponds"
	if _, err := lea.Do(within(t), wire.MessageSend{ConversationID: id, Text: &text}); err != nil {
		t.Fatal(err)
	}
	_, err = nadia.Do(within(t), wire.MessageSend{ConversationID: id, Text: &text}, parloir.WithExpected(seen.Expected))
	if !errors.Is(err, parloir.CodeConversationChanged) {
		t.Fatal(err)
	}
	again := parloir.WithExpected(thread.Value().Expected)
	if _, err := nadia.Do(within(t), wire.MessageSend{ConversationID: id, Text: &text}, again); err != nil {
		t.Fatal(err)
	}
}

func seeWhoTypes(t *testing.T, demo *demo) {
	lea, nadia := demo.join(0, parloir.Options{}), demo.join(2, parloir.Options{})
	id := newest(t, lea)
	if err := nadia.Live(within(t)); err != nil {
		t.Fatal(err)
	}
	present := nadia.Present(id)
	defer present.Close()
	sees := func(doing wire.Presence) {
		t.Helper()
		if _, err := present.Until(within(t), func(present []store.Present) bool {
			return len(present) == 1 && present[0].Doing == doing
		}); err != nil {
			t.Fatalf("%v: %v, expected %s", err, present.Value(), doing)
		}
	}
	lea.Signal(id, wire.Viewing)
	sees(wire.PresenceViewing)
	lea.Signal(id, wire.Typing)
	sees(wire.PresenceLeasing)
	lea.Close()
	if _, err := present.Until(within(t), func(present []store.Present) bool { return len(present) == 0 }); err != nil {
		t.Fatal(err)
	}
}

func watchASearch(t *testing.T, demo *demo) {
	lea := demo.join(0, parloir.Options{})
	watch := lea.Watch(wire.SearchConversations{Text: "zebulon", Count: wire.Some(true)})
	defer watch.Close()
	first, err := watch.Until(within(t), func(found parloir.Found) bool { return found.Load.Loading == store.Ready })
	if err != nil || len(first.Hits) != 0 {
		t.Fatalf("%+v %v", first, err)
	}
	number := wire.Address{Kind: wire.AddressE164, Value: "+33639981234"}
	start := wire.ConversationStart{ChannelID: demo.channel("sms"), Address: number}
	if _, err := lea.Do(within(t), start); err != nil {
		t.Fatal(err)
	}
	save := wire.ContactSave{Name: wire.Some("Zébulon Ferrand"), AddAddresses: []wire.Address{number}}
	if _, err := lea.Do(within(t), save); err != nil {
		t.Fatal(err)
	}
	if _, err := watch.Until(within(t), func(found parloir.Found) bool {
		return len(found.Hits) == 1 && *found.Hits[0].Name == "Zébulon Ferrand"
	}); err != nil {
		t.Fatal(err)
	}
	refused := lea.Watch(wire.SearchConversations{Text: `"open`})
	defer refused.Close()
	if _, err := refused.Until(within(t), func(found parloir.Found) bool {
		return found.Load.Loading == store.Refused
	}); err != nil {
		t.Fatal(err)
	}
}

func goOnWithAnotherToken(t *testing.T, demo *demo) {
	lea := demo.join(0, parloir.Options{})
	if err := lea.Live(within(t)); err != nil {
		t.Fatal(err)
	}
	done, err := lea.Do(within(t), wire.TokenCreate{AgentID: wire.AgentID(demo.Agents[0].ID)})
	if err != nil {
		t.Fatal(err)
	}
	if err := lea.Refresh(within(t), parloir.Token{Secret: *done.Token}); err != nil {
		t.Fatal(err)
	}
	err = lea.Refresh(within(t), parloir.Token{Secret: "plr_AAAA"})
	if !errors.Is(err, parloir.CodeUnauthenticated) {
		t.Fatal(err)
	}
	stranger := demo.join(0, parloir.Options{Token: parloir.StaticToken("plr_AAAA")})
	var ended *parloir.Ended
	if err := stranger.Live(within(t)); !errors.As(err, &ended) || ended.Code != parloir.CloseUnauthenticated {
		t.Fatal(err)
	}
}

func followAContact(t *testing.T, demo *demo) {
	lea := demo.join(0, parloir.Options{})
	done, err := lea.Do(within(t), wire.ContactSave{Name: wire.Some("Odile Payet"),
		AddAddresses: []wire.Address{{Kind: wire.AddressE164, Value: "+33639981235"}}})
	if err != nil {
		t.Fatal(err)
	}
	contact := lea.Contact(done.ContactID)
	defer contact.Close()
	if _, err := contact.Until(within(t), func(contact store.Contact) bool { return contact.Contact != nil }); err != nil {
		t.Fatal(err)
	}
	if _, err := lea.Do(within(t), wire.ContactSave{ContactID: done.ContactID, AddTags: []string{"vip"}}); err != nil {
		t.Fatal(err)
	}
	if _, err := contact.Until(within(t), func(contact store.Contact) bool {
		return len(contact.Contact.Card.Tags) == 1
	}); err != nil {
		t.Fatal(err)
	}
}

// picture is a PNG of more than a piece of an upload.
func picture(t *testing.T) []byte {
	t.Helper()
	const side = 1_000
	canvas := image.NewRGBA(image.Rect(0, 0, side, side))
	noise := uint32(1)
	for at := range side * side {
		noise = noise*1_664_525 + 1_013_904_223
		canvas.Set(at%side, at/side, color.RGBA{uint8(noise >> 24), uint8(noise >> 16), uint8(noise >> 8), 255})
	}
	var out bytes.Buffer
	if err := png.Encode(&out, canvas); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func uploadAndCancel(t *testing.T, demo *demo) {
	lea := demo.join(0, parloir.Options{})
	bytesOf := picture(t)
	var told []int64
	file := parloir.File{Name: "photo.png", Bytes: int64(len(bytesOf)), Content: bytes.NewReader(bytesOf),
		Progress: func(sent, _ int64) { told = append(told, sent) }}
	attachment, err := lea.Upload(within(t), file)
	if err != nil || attachment.Kind != wire.AttachmentPicture || told[len(told)-1] != file.Bytes {
		t.Fatalf("%+v %v %v", attachment, told, err)
	}
	send := wire.MessageSend{ConversationID: newest(t, lea), AttachmentID: attachment.AttachmentID}
	if _, err := lea.Do(within(t), send); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(within(t))
	file.Progress = func(sent, _ int64) {
		if sent > 0 {
			cancel()
		}
	}
	if _, err := lea.Upload(ctx, file); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	file.Progress, file.Content = nil, bytes.NewReader(make([]byte, file.Bytes))
	if _, err := lea.Upload(within(t), file); !errors.Is(err, parloir.CodeUnsupportedFile) {
		t.Fatal(err)
	}
}
