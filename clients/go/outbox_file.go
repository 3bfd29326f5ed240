// Unanswered commands in a file: a line for each that came and for each that is done, made short when most of it is of
// the past. One process at a time owns the file.

package parloir

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"github.com/parloir/parloir/clients/go/wire"
)

// outboxLinesMax is lines of the past after which the file is written anew.
const outboxLinesMax = 4_096

// removal is the line of a command that is done.
type removal struct {
	Removed wire.CommandID `wire:"removed"`
}

// outboxFile is the part of a file that is used.
type outboxFile interface {
	Write(line []byte) (int, error)
	Sync() error
	Truncate(length int64) error
	Close() error
}

// FileOutbox keeps entries over restarts. A command is on the disk before it is sent, and one whose Put failed is not
// there for another run.
type FileOutbox struct {
	mutex   sync.Mutex
	path    string
	file    outboxFile
	entries []Entry
	// past is lines that say nothing any more.
	past int
	// length is bytes of whole lines.
	length int64
	// torn is whether a write failed since: what is on the disk is not known before the file is written anew.
	torn bool
}

// OpenFileOutbox opens the file at path, or makes it. A last line that was not written to its end is left out.
func OpenFileOutbox(path string) (*FileOutbox, error) {
	text, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("the outbox at '%s' cannot be read: %w", path, err)
	}
	outbox := &FileOutbox{path: path}
	for _, line := range bytes.Split(text, []byte{'\n'}) {
		outbox.take(line)
	}
	if err := outbox.rewrite(); err != nil {
		return nil, err
	}
	return outbox, nil
}

func (o *FileOutbox) take(line []byte) {
	document, err := wire.Read(wire.JSON, line)
	if err != nil {
		return
	}
	if removed := document.Get("removed"); removed.Kind() == wire.Text {
		o.entries = without(o.entries, wire.CommandID(removed.Text()))
		return
	}
	var entry Entry
	if document.Bind(&entry) == nil && entry.CommandID != "" && entry.Command != nil {
		o.entries = with(o.entries, entry)
	}
}

// with puts an entry at the end, or in the place of the one with its id.
func with(entries []Entry, entry Entry) []Entry {
	at := slices.IndexFunc(entries, func(other Entry) bool { return other.CommandID == entry.CommandID })
	if at < 0 {
		return append(entries, entry)
	}
	entries[at] = entry
	return entries
}

func without(entries []Entry, id wire.CommandID) []Entry {
	return slices.DeleteFunc(entries, func(entry Entry) bool { return entry.CommandID == id })
}

// rewrite puts a file with what is kept in the place of the old one.
func (o *FileOutbox) rewrite() error {
	var text []byte
	for _, entry := range o.entries {
		text = append(append(text, wire.Write(wire.JSON, entry)...), '\n')
	}
	next := o.path + ".next"
	file, err := os.OpenFile(next, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return o.failed(err)
	}
	_, err = file.Write(text)
	if err = errors.Join(err, file.Sync()); err == nil {
		err = os.Rename(next, o.path)
	}
	if err != nil {
		return o.failed(errors.Join(err, file.Close()))
	}
	if folder, err := os.Open(filepath.Dir(o.path)); err == nil {
		// Where a folder cannot be synced, the file system keeps its names by itself.
		_ = folder.Sync()
		_ = folder.Close()
	}
	if o.file != nil {
		// Everything in it stands in the new one.
		_ = o.file.Close()
	}
	o.file, o.past, o.length, o.torn = file, 0, int64(len(text)), false
	return nil
}

func (o *FileOutbox) failed(err error) error {
	return fmt.Errorf("the outbox at '%s' cannot be written: %w", o.path, err)
}

// durability is whether a line has to be on the disk.
type durability int

const (
	soon durability = iota
	now
)

// write adds a line, or leaves the file as it was.
func (o *FileOutbox) write(line []byte, when durability) error {
	if o.file == nil {
		return o.failed(fs.ErrClosed)
	}
	if o.torn {
		if err := o.rewrite(); err != nil {
			return err
		}
	}
	line = append(line, '\n')
	_, err := o.file.Write(line)
	if err == nil && when == now {
		err = o.file.Sync()
	}
	if err != nil {
		o.torn = true
		// Where that fails as well, the next write puts another file in the place of this one.
		_ = o.file.Truncate(o.length)
		return o.failed(err)
	}
	o.length += int64(len(line))
	return nil
}

// Put writes an entry to the disk, in the place of one with its id.
func (o *FileOutbox) Put(entry Entry) error {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	if err := o.write(wire.Write(wire.JSON, entry), now); err != nil {
		return err
	}
	before := len(o.entries)
	if o.entries = with(o.entries, entry); len(o.entries) == before {
		o.past++
	}
	return nil
}

// Remove notes that a command is done. What gets lost of that is sent once more, and answered as before.
func (o *FileOutbox) Remove(id wire.CommandID) error {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	before := len(o.entries)
	if o.entries = without(o.entries, id); len(o.entries) == before {
		return nil
	}
	if err := o.write(wire.Write(wire.JSON, removal{id}), soon); err != nil {
		return err
	}
	// Two lines are of the past: the entry's, and the one that ends it.
	if o.past += 2; o.past >= outboxLinesMax {
		return o.rewrite()
	}
	return nil
}

// All is what is kept.
func (o *FileOutbox) All() ([]Entry, error) {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	return slices.Clone(o.entries), nil
}

// Close closes the file. Whoever opened it closes it, after the client.
func (o *FileOutbox) Close() error {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	if o.file == nil {
		return nil
	}
	file := o.file
	o.file = nil
	return file.Close()
}
