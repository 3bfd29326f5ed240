// What a text of the protocol must look like, by its type: ids of one noun, words of a list, times. Servers refuse what
// does not; a client reads what a newer server says.

package wire

import (
	"reflect"
	"strings"
	"time"
)

type form func(text string) bool

var forms = map[reflect.Type]form{
	typeOf[WorkspaceID]():    idForm("wsp_"),
	typeOf[AgentID]():        idForm("agt_"),
	typeOf[ChannelID]():      idForm("chn_"),
	typeOf[ContactID]():      idForm("con_"),
	typeOf[ConversationID](): idForm("cnv_"),
	typeOf[MessageID]():      idForm("msg_"),
	typeOf[GroupID]():        idForm("grp_"),
	typeOf[NoteID]():         idForm("not_"),
	typeOf[JobID]():          idForm("job_"),
	typeOf[TokenID]():        idForm("tok_"),
	typeOf[TemplateID]():     idForm("tpl_"),
	typeOf[AttachmentID]():   idForm("att_"),
	typeOf[WebhookID]():      idForm("whk_"),
	typeOf[WebhookStatus]():  words(WebhookStatusActive, WebhookStatusDisabled),
	typeOf[CommandID]():      isUUID,
	typeOf[Epoch]():          isEpoch,
	typeOf[Cursor]():         isCursor,
	typeOf[Time]():           isTime,
	typeOf[Status]():         words(StatusOpen, StatusClosed),
	typeOf[Order]():          words(OrderActivity, OrderWaiting),
	typeOf[AddressKind]():    words(AddressE164, AddressBSUID, AddressRCS),
	typeOf[ActionKind]():     words(ActionReply, ActionLink, ActionCall),
	typeOf[Consent]():        words(OptedOut, OptedIn),
	typeOf[Role]():           words(RoleAdmin, RoleSupervisor, RoleAgent, RoleTemplateAgent, RoleIntegration),
	typeOf[Right]():          words(RightLog, RightAgents, RightSettings, RightInbound),
	typeOf[Availability]():   words(Online, Away),
	typeOf[ChannelKind]():    words(ChannelSMS, ChannelRCS, ChannelWhatsApp),
	typeOf[Approval](): words(
		ApprovalNone, ApprovalPending, ApprovalApproved, ApprovalRejected, ApprovalPaused),
	typeOf[UnreadUntil](): words(UnreadUntilOpened, UnreadUntilAnswered),
	typeOf[Doing]():       words(Viewing, Typing, TakingOver, Nothing),
}

func typeOf[T any]() reflect.Type { return reflect.TypeFor[T]() }

func words[T ~string](known ...T) form {
	return func(text string) bool {
		for _, word := range known {
			if string(word) == text {
				return true
			}
		}
		return false
	}
}

func idForm(prefix string) form {
	return func(text string) bool {
		return strings.HasPrefix(text, prefix) && isUUID(text[len(prefix):])
	}
}

const uuidChars = 36

func isUUID(text string) bool {
	if len(text) != uuidChars {
		return false
	}
	for index, char := range []byte(text) {
		switch index {
		case 8, 13, 18, 23:
			if char != '-' {
				return false
			}
		default:
			if !isHex(char) {
				return false
			}
		}
	}
	return true
}

func isHex(char byte) bool {
	return char >= '0' && char <= '9' || char >= 'a' && char <= 'f'
}

func isEpoch(text string) bool {
	const digits = 16
	if len(text) != digits {
		return false
	}
	for _, char := range []byte(strings.ToLower(text)) {
		if !isHex(char) {
			return false
		}
	}
	return true
}

// isCursor is whether it is 40 or 48 bytes in base64url.
func isCursor(text string) bool {
	const chars, withSignals = 54, 64
	if len(text) != chars && len(text) != withSignals {
		return false
	}
	for _, char := range []byte(text) {
		letter := char >= 'a' && char <= 'z' || char >= 'A' && char <= 'Z'
		if !letter && !(char >= '0' && char <= '9') && char != '-' && char != '_' {
			return false
		}
	}
	return true
}

func isTime(text string) bool {
	_, err := time.Parse(time.RFC3339Nano, text)
	return err == nil && strings.HasSuffix(text, "Z")
}
