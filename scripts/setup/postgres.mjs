import { existsSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Where test-postgres.mjs unpacks a server: a place that any user may read, since PostgreSQL refuses to run as root. */
export const UNPACKED = join(tmpdir(), 'segue-test-postgres');

/**
 * The folder with the programs of a PostgreSQL server that has pgvector: SEGUE_TEST_POSTGRES, the newest of those that
 * Debian's packages install, or the one unpacked for the tests. Null where there is none.
 */
export const findPostgres = () => {
	const named = process.env.SEGUE_TEST_POSTGRES;
	const wheel = join(UNPACKED, 'pgserver', 'pginstall');
	const candidates = [
		...(named ? [{ bin: named, share: [join(named, '..', 'share')] }] : []),
		...debian().map(version => ({
			bin: `/usr/lib/postgresql/${version}/bin`,
			share: [`/usr/share/postgresql/${version}`],
		})),
		{ bin: join(wheel, 'bin'), share: [join(wheel, 'share')] },
	];
	return candidates.find(({ bin, share }) => existsSync(join(bin, 'postgres')) && share.some(hasVector))?.bin ?? null;
};

const debian = () => {
	try {
		return readdirSync('/usr/lib/postgresql').sort((a, b) => Number(b) - Number(a));
	} catch {
		return [];
	}
};

const hasVector = share =>
	['extension', join('postgresql', 'extension')].some(folder => existsSync(join(share, folder, 'vector.control')));
