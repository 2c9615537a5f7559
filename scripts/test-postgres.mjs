/**
 * Gets a PostgreSQL server with pgvector for the tests of the shared catalogue, where this computer has none: a Debian
 * package if there is one, else the PyPI wheel `pgserver`, which holds a complete server, unpacked into the system's folder
 * for temporary files. Prints where it is.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findPostgres, UNPACKED } from './setup/postgres.mjs';
import { answers, installWithApt } from './setup/system.mjs';

const WHEEL = 'pgserver==0.1.4';

const main = () => {
	const found = findPostgres() ?? fromDebian() ?? fromPyPI();
	if (found !== null) console.log(found);
	else console.error('No PostgreSQL with pgvector could be had: neither from apt-get nor, with pip, from PyPI.');
	process.exitCode = found === null ? 1 : 0;
};

const fromDebian = () => {
	const names = spawnSync('apt-cache', ['search', '--names-only', '^postgresql-[0-9]+-pgvector$'], {
		encoding: 'utf8',
	});
	const name = names.stdout?.split(/\s/)[0];
	return name && installWithApt([name]) ? findPostgres() : null;
};

const fromPyPI = () => {
	const pip = ['-m', 'pip'];
	if (!answers('python3', [...pip, '--version']) && !installWithApt(['python3', 'python3-pip'])) return null;
	const folder = mkdtempSync(join(tmpdir(), 'segue-pgserver-'));
	try {
		const asked = ['download', '--quiet', '--no-deps', '--only-binary=:all:', '--dest', folder, WHEEL];
		execFileSync('python3', [...pip, ...asked], { stdio: ['ignore', 'ignore', 'inherit'] });
		const [wheel] = readdirSync(folder).filter(name => name.endsWith('.whl'));
		execFileSync('python3', ['-m', 'zipfile', '-e', join(folder, wheel), join(folder, 'unpacked')]);
		const bin = join(folder, 'unpacked', 'pgserver', 'pginstall', 'bin');
		for (const name of readdirSync(bin)) chmodSync(join(bin, name), 0o755);
		mkdirSync(join(UNPACKED, '..'), { recursive: true });
		rmSync(UNPACKED, { recursive: true, force: true });
		chmodSync(join(folder, 'unpacked'), 0o755);
		renameSync(join(folder, 'unpacked'), UNPACKED);
		return findPostgres();
	} catch (error) {
		console.error(error.message);
		return null;
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
};

main();
