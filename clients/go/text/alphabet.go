// The characters of GSM 03.38 and what stands for those that it lacks. Data only; fixtures/text/segments.json holds it.

package text

// basicAlphabet is the default table: one septet each.
const basicAlphabet = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡" +
	"ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"

// extensionAlphabet is the extension table: an escape and a septet each.
const extensionAlphabet = "\f^{}\\[~]|€"

// instead is characters and what stands for each of them.
type instead struct{ characters, replacement string }

// typographic is signs that only look better, and what stands for each of them and says exactly the same.
var typographic = []instead{
	{"‘’‚‛′‹›`´ʼ", "'"},
	{"“”„‟″«»", "\""},
	{"…", "..."},
	{"‐‑‒–—―−•", "-"},
	{"\t\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000", " "},
	{"\u2028\u2029", "\n"},
	{"\u00ad\u200b\u2060\ufeff", ""},
	{"œ", "oe"},
	{"Œ", "OE"},
	{"ﬀ", "ff"},
	{"ﬁ", "fi"},
	{"ﬂ", "fl"},
	{"ﬃ", "ffi"},
	{"ﬄ", "ffl"},
	{"Ĳ", "IJ"},
	{"ĳ", "ij"},
}

// letters is letters whose accents the short alphabet lacks, and what stands for each: another spelling, only for an
// author who asks.
var letters = []instead{
	{"ÀÁÂÃĀĂĄḀẠẢẤẦẨẪẬẮẰẲẴẶ", "A"},
	{"ÈÊËĒĔĖĘĚḔḖḘḚḜẸẺẼẾỀỂỄỆ", "E"},
	{"ÌÍÎÏĨĪĬĮİḬḮỈỊ", "I"},
	{"ÐĎĐḊḌḎḐḒ", "D"},
	{"ÒÓÔÕŌŎŐṌṎṐṒỌỎỐỒỔỖỘỚỜỞỠỢ", "O"},
	{"ÙÚÛŨŪŬŮŰŲṲṴṶṸṺỤỦỨỪỬỮỰ", "U"},
	{"ÝŶŸẎỲỴỶỸ", "Y"},
	{"Þ", "Th"},
	{"áâãāăąḁạảấầẩẫậắằẳẵặ", "a"},
	{"çćĉċčḉ", "c"},
	{"êëēĕėęěḕḗḙḛḝẹẻẽếềểễệ", "e"},
	{"íîïĩīĭįıḭḯỉị", "i"},
	{"ðďđḋḍḏḑḓ", "d"},
	{"óôõōŏőṍṏṑṓọỏốồổỗộớờởỡợ", "o"},
	{"úûũūŭůűųṳṵṷṹṻụủứừửữự", "u"},
	{"ýÿŷẏẙỳỵỷỹ", "y"},
	{"þ", "th"},
	{"ĆĈĊČḈ", "C"},
	{"ĜĞĠĢḠ", "G"},
	{"ĝğġģḡ", "g"},
	{"ĤĦḢḤḦḨḪ", "H"},
	{"ĥħḣḥḧḩḫẖ", "h"},
	{"Ĵ", "J"},
	{"ĵ", "j"},
	{"ĶḰḲḴ", "K"},
	{"ķĸḱḳḵ", "k"},
	{"ĹĻĽĿŁḶḸḺḼ", "L"},
	{"ĺļľŀłḷḹḻḽ", "l"},
	{"ŃŅŇŊṄṆṈṊ", "N"},
	{"ńņňŋṅṇṉṋ", "n"},
	{"ŉ", "'n"},
	{"ŔŖŘṘṚṜṞ", "R"},
	{"ŕŗřṙṛṝṟ", "r"},
	{"ŚŜŞŠȘṠṢṤṦṨ", "S"},
	{"śŝşšſșṡṣṥṧṩ", "s"},
	{"ŢŤŦȚṪṬṮṰ", "T"},
	{"ţťŧțṫṭṯṱẗ", "t"},
	{"ŴẀẂẄẆẈ", "W"},
	{"ŵẁẃẅẇẉẘ", "w"},
	{"ŹŻŽẐẒẔ", "Z"},
	{"źżžẑẓẕ", "z"},
	{"ḂḄḆ", "B"},
	{"ḃḅḇ", "b"},
	{"Ḟ", "F"},
	{"ḟ", "f"},
	{"ḾṀṂ", "M"},
	{"ḿṁṃ", "m"},
	{"ṔṖ", "P"},
	{"ṕṗ", "p"},
	{"ṼṾ", "V"},
	{"ṽṿ", "v"},
	{"ẊẌ", "X"},
	{"ẋẍ", "x"},
	{"ẞ", "SS"},
	{"\u0300\u0301\u0302\u0303\u0304\u0305\u0306\u0307\u0308\u0309\u030a\u030b\u030c\u030d\u030e\u030f\u0310\u0311\u0312\u0313\u0314\u0315\u0316\u0317\u0318\u0319\u031a\u031b\u031c\u031d\u031e\u031f\u0320\u0321\u0322\u0323\u0324\u0325\u0326\u0327\u0328\u0329\u032a\u032b\u032c\u032d\u032e\u032f", ""},
}
