import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Something is missing on this computer that we can't get ourselves; the message says what to do. */
export class MissingError extends Error {}

/** Whether the program starts and ends well. Its output is dropped. */
export const answers = (command, args) => spawnSync(command, args, { stdio: 'ignore', timeout: 20_000 }).status === 0;

/**
 * Debian packages that we may install ourselves: on a system with apt-get, as root or where sudo asks no password.
 * Returns whether they are installed afterwards.
 */
export const installWithApt = packages => {
	const prefix = aptPrefix();
	if (prefix === null) return false;
	console.log(`Installing ${packages.join(' and ')} with apt-get`);
	const install = ['apt-get', 'install', '-y', '--no-install-recommends', ...packages];
	// The package lists of a fresh machine or container are empty or old, but refreshing good ones only costs time.
	return apt(prefix, install) || (apt(prefix, ['apt-get', 'update']) && apt(prefix, install));
};

const aptPrefix = () => {
	if (process.platform !== 'linux' || !answers('apt-get', ['--version'])) return null;
	if (process.getuid() === 0) return [];
	return answers('sudo', ['-n', 'true']) ? ['sudo', '-n', '-E'] : null;
};

const apt = (prefix, command) => {
	const [program, ...args] = [...prefix, ...command];
	const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
	return spawnSync(program, args, { stdio: ['ignore', 'inherit', 'inherit'], env }).status === 0;
};

const MANAGERS = {
	linux: ['apt-get', 'dnf', 'pacman', 'zypper', 'apk', 'brew'],
	darwin: ['brew', 'port'],
	win32: ['winget', 'choco', 'scoop'],
};

/** The one command that installs something here, out of one for each package manager; null where none of them is found. */
export const commandFor = commands => {
	const managers = MANAGERS[process.platform] ?? [];
	const found = managers.find(manager => manager in commands && answers(manager, ['--version']));
	return found ? commands[found] : null;
};
