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

// FileOutbox keeps entries over restarts. A command is on the disk before it is sent.
type FileOutbox struct {
	mutex   sync.Mutex
	path    string
	file    *os.File
	entries []Entry
	// past is lines that say nothing any more.
	past int
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
		o.entries = append(without(o.entries, entry.CommandID), entry)
	}
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
	o.file, o.past = file, 0
	return nil
}

func (o *FileOutbox) failed(err error) error {
	return fmt.Errorf("the outbox at '%s' cannot be written: %w", o.path, err)
}

func (o *FileOutbox) write(line []byte) error {
	if o.file == nil {
		return o.failed(fs.ErrClosed)
	}
	if _, err := o.file.Write(append(line, '\n')); err != nil {
		return o.failed(err)
	}
	return nil
}

// Put writes an entry to the disk.
func (o *FileOutbox) Put(entry Entry) error {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	if err := o.write(wire.Write(wire.JSON, entry)); err != nil {
		return err
	}
	if err := o.file.Sync(); err != nil {
		return o.failed(err)
	}
	o.entries = append(o.entries, entry)
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
	if err := o.write(wire.Write(wire.JSON, removal{id})); err != nil {
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
