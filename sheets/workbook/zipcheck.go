package workbook

import (
	"archive/zip"
	"bytes"
	"cmp"
	"errors"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"

	"runnerdb/sheets/grid"
)

// Limits of a workbook's ZIP archive, far above those of honest files.
const (
	maxParts   = 600
	maxStrings = 24 << 20
	// A part larger than ratioFrom that compresses better than maxRatio is a
	// ZIP bomb.
	maxRatio  = 150
	ratioFrom = 8 << 20
)

// ReasonLocked tells people what to do about a password-protected workbook.
const ReasonLocked = "The workbook is protected with a password. Open it, save it without the password, and upload that."

const reasonDamaged = "The workbook is damaged and can't be unpacked. Open it in Excel or LibreOffice, save it again, and upload that."

// checkArchive checks the ZIP directory of a workbook before anything is
// unpacked.
func checkArchive(data []byte) error {
	archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		return grid.Refuse("%s", reasonDamaged)
	}
	if len(archive.File) > maxParts {
		return grid.Refuse("The workbook has more than %d parts, as none has that was saved by a spreadsheet.", maxParts)
	}
	var unpacked uint64
	found := map[string]bool{}
	for _, part := range archive.File {
		if err := checkPart(part); err != nil {
			return err
		}
		if unpacked += part.UncompressedSize64; unpacked > MaxUnpacked {
			return grid.Refuse("Unpacked, the workbook is larger than %d MB. Save the sheet as CSV, and upload that.", MaxUnpacked>>20)
		}
		found[part.Name] = true
	}
	if err := checkOverlap(archive.File); err != nil {
		return err
	}
	return checkContents(found)
}

func checkPart(part *zip.File) error {
	name := strings.ReplaceAll(part.Name, "\\", "/")
	switch {
	case strings.HasPrefix(name, "/"), slices.Contains(strings.Split(name, "/"), ".."), part.Mode()&fs.ModeType&^fs.ModeDir != 0:
		return grid.Refuse("The workbook has parts that belong elsewhere on a disk, as none has that was saved by a spreadsheet.")
	case part.Flags&1 != 0:
		return grid.Refuse("%s", ReasonLocked)
	case part.UncompressedSize64 > ratioFrom && part.UncompressedSize64/maxRatio > part.CompressedSize64:
		return grid.Refuse("The workbook is packed so tightly that it can hold no results. Save the sheet as CSV, and upload that.")
	case path.Base(name) == "sharedStrings.xml" && part.UncompressedSize64 > maxStrings:
		return grid.Refuse("The workbook has more than %d MB of text. Save the sheet as CSV, and upload that.", maxStrings>>20)
	case !strings.HasSuffix(name, ".xml") && !strings.HasSuffix(name, ".rels"):
		return nil
	}
	return checkNoDTD(part)
}

// checkNoDTD refuses entity definitions, which spreadsheets never write.
func checkNoDTD(part *zip.File) error {
	content, err := part.Open()
	if err != nil {
		return grid.Refuse("%s", reasonDamaged)
	}
	defer func() { _ = content.Close() }()
	head := make([]byte, 4096)
	n, err := io.ReadFull(content, head)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return grid.Refuse("%s", reasonDamaged)
	}
	if bytes.Contains(head[:n], []byte("<!DOCTYPE")) || bytes.Contains(head[:n], []byte("<!ENTITY")) {
		return grid.Refuse("The workbook defines entities of its own, as none does that was saved by a spreadsheet.")
	}
	return nil
}

// checkOverlap refuses archives whose parts share bytes, so that a few bytes
// unpack to many.
func checkOverlap(parts []*zip.File) error {
	type span struct{ from, to int64 }
	spans := make([]span, 0, len(parts))
	for _, part := range parts {
		from, err := part.DataOffset()
		if err != nil {
			return grid.Refuse("%s", reasonDamaged)
		}
		spans = append(spans, span{from, from + int64(part.CompressedSize64)}) // #nosec G115 -- more than fits was refused with the size
	}
	slices.SortFunc(spans, func(a, b span) int { return cmp.Compare(a.from, b.from) })
	for i := 1; i < len(spans); i++ {
		if spans[i].from < spans[i-1].to {
			return grid.Refuse("%s", reasonDamaged)
		}
	}
	return nil
}

func checkContents(found map[string]bool) error {
	switch {
	case found["xl/workbook.xml"]:
		return nil
	case found["xl/workbook.bin"]:
		return grid.Refuse("This is a binary Excel workbook (.xlsb). Save it as “Excel workbook (.xlsx)”, and upload that.")
	case found["content.xml"]:
		return grid.Refuse("This is an OpenDocument file. Open it in LibreOffice, save it as “Excel workbook (.xlsx)” or CSV, and upload that.")
	case found["word/document.xml"]:
		return grid.Refuse("This is a Word document. Copy its table into a spreadsheet, save that as an Excel workbook (.xlsx), and upload it.")
	case found["Index/Document.iwa"], found["index.apxl"]:
		return grid.Refuse("This is a Numbers document. Export it as Excel or CSV, and upload that.")
	default:
		return grid.Refuse("This is an archive, not a workbook. Unpack it, and upload the sheet in it.")
	}
}
