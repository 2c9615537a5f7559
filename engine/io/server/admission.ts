import { timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** Whether a request may be answered at all, and whether it brought the engine's token. Rules 1.2 to 1.6. */
export type Admission =
	| { readonly state: 'foreign'; readonly detail: string }
	| { readonly state: 'unknown' }
	| { readonly state: 'known' };

/** @param headers - of a request or a WebSocket upgrade */
export const admission = (headers: IncomingHttpHeaders, port: number, token: string): Admission => {
	const host = `127.0.0.1:${port}`;
	if (headers.host !== host) return { state: 'foreign', detail: `this engine is reached as ${host} only` };

	const { origin } = headers;
	if (origin !== undefined && /^https?:/i.test(origin) && origin !== `http://${host}`) {
		return { state: 'foreign', detail: 'pages of other origins get nothing' };
	}
	// Pages on other ports of 127.0.0.1 count as the same site, so a strict cookie alone would not keep them out.
	const site = headers['sec-fetch-site'];
	if ((site === 'cross-site' || site === 'same-site') && headers['sec-fetch-mode'] !== 'navigate') {
		return { state: 'foreign', detail: 'pages of other origins get nothing' };
	}

	const bearer = /^Bearer (\S+)$/i.exec(headers.authorization ?? '')?.[1];
	if (bearer !== undefined) return { state: isToken(bearer, token) ? 'known' : 'unknown' };
	const cookieCounts = origin === undefined || origin === `http://${host}`;
	const cookie = cookieCounts ? readCookie(headers.cookie, cookieName(port)) : undefined;
	return { state: cookie !== undefined && isToken(cookie, token) ? 'known' : 'unknown' };
};

/** Compares in a time that tells nothing about where two texts differ. */
export const isToken = (candidate: string, token: string): boolean => {
	const a = Buffer.from(candidate);
	const b = Buffer.from(token);
	return a.length === b.length && timingSafeEqual(a, b);
};

/** Browsers keep one jar for all ports of a host, so the port is part of the name. */
export const cookieName = (port: number): string => `segue-${port}`;

const readCookie = (header: string | undefined, name: string): string | undefined =>
	header
		?.split(';')
		.map(pair => pair.trim())
		.find(pair => pair.startsWith(`${name}=`))
		?.slice(name.length + 1);
