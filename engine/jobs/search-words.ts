/**
 * The words of a text as the catalogue's search compares them: lower case, without diacritics, ligatures spelt out,
 * apostrophes dropped ("Don't" is one word), everything else that is neither letter nor digit taken as a gap.
 */
export const searchWords = (text: string): string[] =>
	text
		.toLowerCase()
		.normalize('NFKD')
		.replace(/[\p{M}'’`]/gu, '')
		.replace(/[øłđßæœþıð]/g, letter => SPELT_OUT[letter]!)
		.match(/[\p{L}\p{N}]+/gu) ?? [];

/** Letters that Unicode does not take apart though readers type them so. */
const SPELT_OUT: Readonly<Record<string, string>> = {
	ø: 'o',
	ł: 'l',
	đ: 'd',
	ß: 'ss',
	æ: 'ae',
	œ: 'oe',
	þ: 'th',
	ı: 'i',
	ð: 'd',
};
