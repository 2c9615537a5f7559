/** A short name for a text (FNV-1a in 64 bits): the same for the same text. UXP has no cryptography to ask for one. */
export const hashOf = (text: string): string => {
	let hash = 0xcbf2_9ce4_8422_2325n;
	for (let i = 0; i < text.length; i++) {
		hash = ((hash ^ BigInt(text.charCodeAt(i))) * 0x100_0000_01b3n) & 0xffff_ffff_ffff_ffffn;
	}
	return hash.toString(16).padStart(16, '0');
};
