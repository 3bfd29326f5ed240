// Files on their way up through a proxy that answers in the server's place: only what says that there is no such upload
// ends one.

package parloir_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"

	parloir "github.com/parloir/parloir/clients/go"
	"github.com/parloir/parloir/clients/go/wire"
)

const uploaded = wire.AttachmentID("att_0192f0c4-0000-7000-8000-000000000001")

// spool is a server of one upload; strange is what it answers first to HEAD, and what it loses of PATCH.
type spool struct {
	mutex    sync.Mutex
	received int
	strange  []int
	losses   int
}

func (s *spool) ServeHTTP(response http.ResponseWriter, request *http.Request) {
	body, _ := io.ReadAll(request.Body)
	s.mutex.Lock()
	defer s.mutex.Unlock()
	switch {
	case request.Method == http.MethodHead && len(s.strange) > 0:
		response.WriteHeader(s.strange[0])
		s.strange = s.strange[1:]
	case request.Method == http.MethodHead:
		response.Header().Set("Upload-Offset", strconv.Itoa(s.received))
	case request.Method == http.MethodPatch && s.losses > 0:
		s.losses--
		response.WriteHeader(http.StatusTooManyRequests)
	case request.Method == http.MethodPatch:
		s.received += len(body)
		_, _ = io.WriteString(response, `{"attachment_id":"`+string(uploaded)+`","offset":`+strconv.Itoa(s.received)+
			`,"bytes":5,"attachment":{"attachment_id":"`+string(uploaded)+
			`","name":"a.pdf","media_type":"application/pdf","kind":"document","bytes":5,"thumbnail":false,"state":"stored"}}`)
	}
}

func TestAnUploadOutlivesAProxyThatAnswersInTheServersPlace(t *testing.T) {
	spool := &spool{strange: []int{http.StatusServiceUnavailable, http.StatusTooManyRequests}, losses: 1}
	server := httptest.NewServer(spool)
	t.Cleanup(server.Close)
	client, err := parloir.Connect(parloir.Options{URL: server.URL, Token: parloir.StaticToken("plr_AAAA")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	file := parloir.File{Name: "a.pdf", Bytes: 5, Content: strings.NewReader("%PDF-"), Resume: uploaded}
	attachment, err := client.Upload(within(t), file)
	if err != nil || attachment.AttachmentID != uploaded || spool.received != 5 {
		t.Fatalf("%+v %v", attachment, err)
	}
	spool.strange = []int{http.StatusGone}
	if _, err := client.Upload(within(t), file); !errors.Is(err, parloir.CodeAttachmentNotFound) {
		t.Fatal(err)
	}
}
