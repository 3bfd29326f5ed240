// Files on their way up: begun, sent from an offset on, gone on with after a loss, given up. The offsets are those that
// the server tells; none is guessed.

package parloir

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"net/http"
	"strconv"
	"time"

	"github.com/parloir/parloir/clients/go/wire"
)

const (
	// pieceBytes is bytes of one piece.
	pieceBytes = 1 << 20
	// firstPieceBytes is enough to see what a file is: a server that refuses it has read all of the piece, so that the
	// refusal does not get lost in what is still being written.
	firstPieceBytes = 16 << 10
	// uploadTries is tries without a step forward before an upload fails.
	uploadTries = 6
	// uploadPause and uploadPauseMax are the ceiling of the pause after a try that failed.
	uploadPause    = 500 * time.Millisecond
	uploadPauseMax = 10 * time.Second
	// answerBytesMax is bytes of an answer that are read.
	answerBytesMax = 1 << 20
	// giveUpTime is how long a file that is not wanted any more is given up for.
	giveUpTime = 5 * time.Second
	// notKnown is the offset of an upload that the server was not asked about yet.
	notKnown = int64(-1)
)

var errNotKnown = errors.New("how far the server is cannot be learnt now")

// File is what is uploaded.
type File struct {
	Name string
	// Bytes is its length, 1 to 30,000,000.
	Bytes int64
	// MediaType is what its author says it is; the server looks itself. It may be empty.
	MediaType string
	// Content is read from any place, also again after a loss.
	Content io.ReaderAt
	// Resume goes on with an upload that was begun before, of the same file.
	Resume wire.AttachmentID
	// Begun is called once the server knows of the upload; it may be nil.
	Begun func(wire.AttachmentID)
	// Progress is called with bytes sent and bytes in all; it may be nil.
	Progress func(sent, total int64)
}

// Upload uploads a file and gives the attachment once it is whole and accepted. Its error is a [Refusal], or that of the
// context: then what was uploaded is given up.
func (c *Client) Upload(ctx context.Context, file File) (wire.Attachment, error) {
	upload := &upload{client: c, file: file, id: file.Resume}
	attachment, err := upload.run(ctx)
	if ctx.Err() != nil && upload.id != "" {
		upload.giveUp()
		return attachment, ctx.Err()
	}
	return attachment, err
}

type upload struct {
	client *Client
	file   File
	id     wire.AttachmentID
}

// step is how far an upload is.
type step struct {
	AttachmentID wire.AttachmentID `wire:"attachment_id"`
	Offset       int64             `wire:"offset"`
	Attachment   *wire.Attachment  `wire:"attachment,optional"`
}

func (u *upload) run(ctx context.Context) (wire.Attachment, error) {
	offset := notKnown
	if u.id == "" {
		var err error
		if offset, err = u.begin(ctx); err != nil {
			return wire.Attachment{}, err
		}
	}
	for stalled := 0; stalled < uploadTries; {
		if err := u.pause(ctx, stalled); err != nil {
			return wire.Attachment{}, err
		}
		step, err := u.send(ctx, offset)
		if isFinal(ctx, err) {
			return wire.Attachment{}, err
		}
		if err == nil && step.Attachment != nil {
			return *step.Attachment, nil
		}
		reached := step.Offset
		if err != nil {
			if reached, err = u.reached(ctx); isFinal(ctx, err) {
				return wire.Attachment{}, err
			} else if err != nil {
				reached = offset
			}
		}
		if stalled++; reached > offset {
			stalled = 0
		}
		offset = reached
	}
	refusal := ownRefusal(CodeUnavailable, "the upload does not get on")
	return wire.Attachment{}, &refusal
}

// isFinal is whether another try does not help.
func isFinal(ctx context.Context, err error) bool {
	var refusal *Refusal
	return ctx.Err() != nil || errors.As(err, &refusal) && !refusal.Body.Temporary
}

func (u *upload) begin(ctx context.Context) (int64, error) {
	begin := struct {
		Name      string `wire:"name"`
		Bytes     int64  `wire:"bytes"`
		MediaType string `wire:"media_type,optional"`
	}{u.file.Name, u.file.Bytes, u.file.MediaType}
	header := http.Header{"Content-Type": {"application/json"}}
	answer, err := u.request(ctx, http.MethodPost, "", header, wire.Write(wire.JSON, begin))
	if err != nil {
		return 0, err
	}
	step, err := answer.step()
	if err != nil {
		return 0, err
	}
	if u.id = step.AttachmentID; u.file.Begun != nil {
		u.file.Begun(u.id)
	}
	return step.Offset, nil
}

// send sends the piece that follows offset.
func (u *upload) send(ctx context.Context, offset int64) (step, error) {
	if offset == notKnown {
		return step{}, errNotKnown
	}
	u.progress(offset)
	length := int64(pieceBytes)
	if offset == 0 {
		length = firstPieceBytes
	}
	piece := make([]byte, min(length, u.file.Bytes-offset))
	if _, err := u.file.Content.ReadAt(piece, offset); err != nil && !errors.Is(err, io.EOF) {
		return step{}, err
	}
	header := http.Header{
		"Content-Type":  {"application/offset+octet-stream"},
		"Upload-Offset": {strconv.FormatInt(offset, 10)},
	}
	answer, err := u.request(ctx, http.MethodPatch, "/"+string(u.id), header, piece)
	if err != nil {
		return step{}, err
	}
	if other := answer.body.Get("details").Get("offset"); answer.status == http.StatusConflict &&
		other.Kind() == wire.Integer {
		return step{Offset: other.Integer()}, nil
	}
	made, err := answer.step()
	if err == nil {
		u.progress(made.Offset)
	}
	return made, err
}

func (u *upload) progress(sent int64) {
	if u.file.Progress != nil {
		u.file.Progress(sent, u.file.Bytes)
	}
}

// reached is how far the server is. Only a server that says that there is no such upload is believed for good.
func (u *upload) reached(ctx context.Context) (int64, error) {
	answer, err := u.request(ctx, http.MethodHead, "/"+string(u.id), http.Header{}, nil)
	if err != nil {
		return 0, err
	}
	if answer.status == http.StatusNotFound || answer.status == http.StatusGone {
		refusal := ownRefusal(CodeAttachmentNotFound, "there is no upload "+string(u.id))
		return notKnown, &refusal
	}
	offset, err := strconv.ParseInt(answer.header.Get("Upload-Offset"), 10, 64)
	if answer.status >= http.StatusMultipleChoices || err != nil || offset < 0 {
		return notKnown, errNotKnown
	}
	return offset, nil
}

// giveUp: what stays there the server gives up by itself.
func (u *upload) giveUp() {
	ctx, done := context.WithTimeout(context.Background(), giveUpTime)
	defer done()
	_, _ = u.request(ctx, http.MethodDelete, "/"+string(u.id), http.Header{}, nil)
}

func (u *upload) pause(ctx context.Context, tries int) error {
	if tries == 0 {
		return ctx.Err()
	}
	ceiling := min(uploadPause<<tries, uploadPauseMax)
	timer := time.NewTimer(time.Duration(float64(ceiling) * rand.Float64()))
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// answer is what was answered; body is the JSON in it, when there is some.
type answer struct {
	status int
	header http.Header
	body   wire.Value
}

func (a answer) step() (made step, err error) {
	if a.status < http.StatusMultipleChoices {
		return made, a.body.Bind(&made)
	}
	body := wire.ErrorBody{Code: string(CodeInternal), Message: "the server answered " + strconv.Itoa(a.status),
		Temporary: a.status >= http.StatusInternalServerError || a.status == http.StatusTooManyRequests}
	if a.body.Get("code").Kind() == wire.Text {
		body.Code, body.Message = a.body.Get("code").Text(), a.body.Get("detail").Text()
		body.Temporary, body.Details = a.body.Get("temporary").Bool(), a.body.Get("details")
	}
	return made, &Refusal{body}
}

func (u *upload) request(ctx context.Context, method, path string, header http.Header, body []byte) (answer, error) {
	token, err := u.token(ctx)
	if err != nil {
		return answer{}, err
	}
	address := u.client.doors.http + "/v1/attachments" + path
	request, err := http.NewRequestWithContext(ctx, method, address, bytes.NewReader(body))
	if err != nil {
		return answer{}, err
	}
	header.Set("Authorization", "Bearer "+token)
	request.Header = header
	response, err := u.client.options.HTTP.Do(request)
	if err != nil {
		return answer{}, err
	}
	text, err := io.ReadAll(io.LimitReader(response.Body, answerBytesMax))
	if err = errors.Join(err, response.Body.Close()); err != nil {
		return answer{}, err
	}
	made := answer{status: response.StatusCode, header: response.Header}
	if document, err := wire.Read(wire.JSON, text); err == nil {
		made.body = document
	}
	return made, nil
}

func (u *upload) token(ctx context.Context) (string, error) {
	var token Token
	var works bool
	u.client.locked(func() {
		token, works = u.client.tokens.given, u.client.tokens.current(u.client.now())
	})
	if works {
		return token.Secret, nil
	}
	token, err := u.client.options.Token(ctx)
	return token.Secret, err
}

// AttachmentURL is where a file is read from, with the token in `Authorization`.
func (c *Client) AttachmentURL(id wire.AttachmentID) string {
	return c.doors.http + "/v1/attachments/" + string(id)
}

// ThumbnailURL is where the thumbnail of a picture is read from, with the token in `Authorization`.
func (c *Client) ThumbnailURL(id wire.AttachmentID) string {
	return c.AttachmentURL(id) + "/thumbnail"
}
