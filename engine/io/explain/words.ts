/** Sections are told apart by letters in the order of time: A to Z, then A2 and so on. */
export const segmentLetter = (index: number): string => {
	const letter = String.fromCharCode(65 + (index % 26));
	return index < 26 ? letter : `${letter}${Math.floor(index / 26) + 1}`;
};

/** Text inside of an HTML element or attribute. */
export const escaped = (text: string): string => text.replace(/[&<>"']/g, character => `&#${character.charCodeAt(0)};`);
