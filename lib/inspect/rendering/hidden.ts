/** Sequences that act on a terminal: CSI, OSC, DCS and the like, with what they hold, in seven bits or in eight. */
const ESCAPES =
  /(?:\x1b\[|\x9b)[\x30-\x3f]*[\x20-\x2f]*[\x40-\x7e]?|(?:\x1b[\]PX^_]|[\x9d\x90\x98\x9e\x9f])[^\x07\x1b\x90\x98\x9c-\x9f]{0,4096}(?:\x07|\x1b\\|\x9c)|\x1b[\x20-\x2f]*[\x30-\x7e]?|[\x80-\x84\x86-\x9f]/g;
/** Whatever could have to go; most texts have none of it. */
const SUSPECT =
  /[\x1b\x80-\x84\x86-\x9f\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200d\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\u{1bca0}-\u{1bca3}\u{1d173}-\u{1d17a}\u{e0000}-\u{e0fff}]/u;
/** The same in the bytes of UTF-8, each read as one character, so that most texts need not be decoded. */
export const HIDDEN_BYTES =
  /\xc2[\x80-\x9f\xad]|\xcd\x8f|\xe1(?:\x85[\x9f\xa0]|\x9e[\xb4\xb5]|\xa0[\x8b-\x8f])|\xe2(?:\x80[\x8b-\x8d\xaa-\xae]|\x81[\xa0-\xaf])|\xe3\x85\xa4|\xef(?:\xb8[\x80-\x8f]|\xbb\xbf|\xbe\xa0|\xbf[\xb0-\xbb])|\xf0(?:\x9b\xb2|\x9d\x85)|\xf3[\xa0-\xa3]/;
const EVERY_SUSPECT = new RegExp(SUSPECT, 'gu');
/** A text that needs more was made for it, and then everything goes that is in doubt. */
const MOST_PASSES = 8;
/** Never seen, and never needed by any script. */
const UNSEEN =
  /[\u00ad\u034f\u17b4\u17b5\u2060-\u2064\u206a-\u206f\u3164\uffa0\ufff0-\ufffb\u{1bca0}-\u{1bca3}\u{1d173}-\u{1d17a}]/gu;
/** They turn the direction of what follows whatever it is. */
const OVERRIDES = /[\u202d\u202e]/g;
/** They set apart a part with a direction of its own, which only a text with right-to-left letters needs. */
const EMBEDDINGS = /[\u202a-\u202c\u2066-\u2069]/g;
const RIGHT_TO_LEFT =
  /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}\p{Script=Adlam}]/u;
/** A byte order mark is one at the beginning alone. */
const INNER_MARK = /(?<!^)\ufeff/g;
/** Where words are not set apart by spaces, this says where a line may end. */
const BREAKS =
  /(?<![\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}\p{Script=Tibetan}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}])\u200b(?![\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}\p{Script=Tibetan}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}])/gu;
/** Joiners mean something after letters that join, and between the parts of an emoji. */
const JOINERS =
  /(?<![\p{Script=Arabic}\p{Script=Syriac}\p{Script=Mongolian}\p{Script=Devanagari}\p{Script=Bengali}\p{Script=Gurmukhi}\p{Script=Gujarati}\p{Script=Oriya}\p{Script=Tamil}\p{Script=Telugu}\p{Script=Kannada}\p{Script=Malayalam}\p{Script=Sinhala}\p{Script=Khmer}\p{Script=Myanmar}\p{Extended_Pictographic}\p{Emoji_Modifier}\ufe0f])[\u200c\u200d]+|(?<=[\u200c\u200d])[\u200c\u200d]+/gu;
/** Fillers stand in for letters of Hangul syllables that are written in parts, and selectors choose Mongolian forms. */
const FILLERS = /[\u115f\u1160](?![\u1100-\u11ff])(?<![\u1100-\u11ff][\u115f\u1160])/g;
const MONGOLIAN = /(?<!\p{Script=Mongolian})[\u180b-\u180f]/gu;
/** One selector chooses the form of a sign or an emoji before it; letters of ASCII and other selectors have no forms. */
const SELECTORS = /(?<![^\x00-\x22\x24-\x29\x2b-\x2f\x3a-\x7f\ufe00-\ufe0f\u{e0100}-\u{e01ef}])[\ufe00-\ufe0f]/gu;
const IDEOGRAPHIC_SELECTORS = /(?<!\p{Script=Han})[\u{e0100}-\u{e01ef}]/gu;
/** Tags spell the name of a region after a black flag, and nothing else. */
const TAGS =
  /(\u{1f3f4}[\u{e0030}-\u{e0039}\u{e0061}-\u{e007a}]{1,6}\u{e007f})|[\u{e0000}-\u{e00ff}\u{e01f0}-\u{e0fff}]/gu;

/**
 * A text without what acts on whoever shows it or is not seen: escape sequences, turned directions, characters of no
 * width where no script needs them, tags. What emoji, Persian, Hindi or Thai need stays, and so does a byte order mark at
 * the beginning. The same text comes back when there is nothing of the kind. Takes linear time.
 */
export function withoutHidden(text: string): string {
  let shown = text;
  for (let pass = 0; pass < MOST_PASSES; pass++) {
    if (!SUSPECT.test(shown)) return shown;
    const before = shown;
    shown = onePass(before);
    if (shown === before) return shown;
  }
  return shown.replace(EVERY_SUSPECT, '');
}

/** What is taken out can leave something alone that meant something beside it. */
function onePass(text: string): string {
  const flat = text.replace(ESCAPES, '').replace(OVERRIDES, '');
  const one = RIGHT_TO_LEFT.test(flat) ? flat : flat.replace(EMBEDDINGS, '');
  return one
    .replace(UNSEEN, '')
    .replace(TAGS, (_whole, flag?: string) => flag ?? '')
    .replace(SELECTORS, '')
    .replace(IDEOGRAPHIC_SELECTORS, '')
    .replace(MONGOLIAN, '')
    .replace(FILLERS, '')
    .replace(BREAKS, '')
    .replace(INNER_MARK, '')
    .replace(JOINERS, '');
}
