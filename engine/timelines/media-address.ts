/**
 * The file address of an absolute path, percent-encoded: `file:///Volumes/A%20B/c.wav`, `file:///C:/a.wav`,
 * `file://server/share/a.wav`.
 *
 * @param host - what FCP 7 XML has between the slashes: `localhost`
 */
export const fileUrl = (path: string, host = ''): string => {
	const slashed = isWindowsPath(path) ? path.replace(/\\/g, '/') : path;
	if (slashed.startsWith('//')) return `file:${encodePath(slashed)}`;
	return `file://${host}${slashed.startsWith('/') ? '' : '/'}${encodePath(slashed)}`;
};

/**
 * The paths that an address in a timeline may mean, likeliest first. Programs write addresses as paths, as file
 * addresses with or without a host, percent-encoded or not, with either slash.
 *
 * @returns absolute or relative paths with `/`; none for what isn't a file
 */
export const pathsOf = (url: string): string[] => {
	const trimmed = url.trim();
	if (trimmed === '' || trimmed.includes('\0')) return [];
	const file = /^file:(?:\/\/([^/\\]*))?(.*)$/is.exec(trimmed);
	// One letter before the colon is a Windows drive.
	if (!file && /^[a-z][a-z0-9+.-]+:\/\//i.test(trimmed)) return [];
	const raw = file ? fromFileAddress(file[1] ?? '', file[2] ?? '') : trimmed;
	const plain = isWindowsPath(raw) ? raw.replace(/\\/g, '/') : raw;
	const decoded = decode(plain);
	const both = file ? [decoded, plain] : [plain, decoded];
	return [...new Set(both.map(withoutDriveSlash))].filter(path => path !== '' && !path.includes('\0'));
};

/** Whether a path begins at a root, of any system. */
export const isAbsolutePath = (path: string): boolean => /^([/\\]|[a-z]:[/\\])/i.test(path);

/** The last part of a path or an address. */
export const baseName = (path: string): string =>
	path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);

const isWindowsPath = (path: string): boolean =>
	/^([a-z]:[/\\]|\\\\)/i.test(path) || (path.includes('\\') && !path.includes('/'));

const fromFileAddress = (host: string, path: string): string => {
	if (/^[a-z][:|]$/i.test(host)) return `${host[0]}:${path}`;
	return host === '' || /^(localhost|127\.0\.0\.1)$/i.test(host) ? path : `//${host}${path}`;
};

/** `/C:/a` and `/C|/a` are `C:/a`. */
const withoutDriveSlash = (path: string): string => path.replace(/^\/+([a-z])[:|](?=\/|$)/i, '$1:');

const encodePath = (path: string): string =>
	path
		.split('/')
		.map((part, i) => (i <= 1 && /^[a-z]:$/i.test(part) ? part : encodeURIComponent(part)))
		.join('/');

/** A percent sign that begins no code stands for itself. */
const decode = (text: string): string => {
	try {
		return decodeURIComponent(text.replace(/%(?![0-9a-f]{2})/gi, '%25'));
	} catch {
		return text;
	}
};
