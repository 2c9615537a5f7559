import { EngineError } from '../../protocol/errors.js';

/** Where a studio's catalogue is, and as who it is used. */
export type SharedAddress = {
	/** What the driver connects to, without our own parameters. */
	readonly url: string;
	readonly team: string;
	readonly access: 'read' | 'write';
};

/**
 * Reads SEGUE_CATALOG: an ordinary PostgreSQL address, to which `team=NAME` and `access=read` may be added as parameters.
 * Null where it is not set: then the catalogue is in the data folder.
 *
 * Throws EngineError 'bad-request'.
 */
export const sharedAddress = (value: string | undefined): SharedAddress | null => {
	const text = value?.trim();
	if (!text) return null;
	const url = parsed(text);
	const team = url.searchParams.get('team') ?? 'studio';
	const access = url.searchParams.get('access') ?? 'write';
	if (!TEAM.test(team)) throw new EngineError('bad-request', `SEGUE_CATALOG names the team “${team}”; ${TEAM_RULE}`);
	if (access !== 'read' && access !== 'write') {
		throw new EngineError('bad-request', `SEGUE_CATALOG asks for access=${access}; it is read or write.`);
	}
	url.searchParams.delete('team');
	url.searchParams.delete('access');
	return { url: url.href, team, access };
};

/** It becomes part of names of queues, channels and indexes. */
const TEAM = /^[a-z][a-z0-9_]{0,39}$/;
const TEAM_RULE = 'a team’s name is up to 40 small letters, digits and underscores, and begins with a letter.';

const parsed = (text: string): URL => {
	try {
		const url = new URL(text);
		if (url.protocol === 'postgres:' || url.protocol === 'postgresql:') return url;
	} catch {
		// Told below: the text itself is not repeated, since it may hold a password.
	}
	throw new EngineError('bad-request', 'SEGUE_CATALOG is no address of the kind postgres://user@host:5432/database.');
};
