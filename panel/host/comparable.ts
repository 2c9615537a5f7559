/** One spelling of a path: Windows takes either slash and any case, macOS writes accents in two ways. */
export const comparable = (path: string): string => {
	const plain = path
		.normalize('NFC')
		.replace(/^\\\\\?\\/, '')
		.replace(/\\/g, '/');
	return /^([a-z]:|\/\/)/i.test(plain) ? plain.toLowerCase() : plain;
};
