import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { answers, commandFor, installWithApt, MissingError, ROOT } from './system.mjs';

const LOCK = join(ROOT, 'package-lock.json');
const INSTALLED = join(ROOT, 'node_modules', '.package-lock.json');
const STAMP = join(ROOT, 'node_modules', '.segue-installed');

const COMPILERS = {
	'apt-get': 'sudo apt-get install build-essential python3',
	dnf: 'sudo dnf install gcc-c++ make python3',
	pacman: 'sudo pacman -S base-devel python',
	zypper: 'sudo zypper install gcc-c++ make python3',
	apk: 'sudo apk add build-base python3',
	brew: 'xcode-select --install',
	port: 'xcode-select --install',
	winget: 'winget install Microsoft.VisualStudio.2022.BuildTools',
	choco: 'choco install visualstudio2022-workload-vctools python',
};

/** Installs what the lockfile names unless it is installed already, and sees that the database module runs on this Node. */
export const ensurePackages = () => {
	const lock = readFileSync(LOCK);
	const stamp = createHash('sha256').update(lock).digest('hex');
	if (!stampIs(stamp)) {
		if (!matchesLock(lock)) install();
		writeFileSync(STAMP, stamp);
	}
	if (databaseRuns()) return;

	// Installed without its scripts, or for another version of Node.
	console.log('Making the database module for this version of Node');
	if (npm(['rebuild', 'better-sqlite3']) && databaseRuns()) return;
	if (getCompiler() && npm(['rebuild', 'better-sqlite3']) && databaseRuns()) return;
	throw new MissingError('The database module better-sqlite3 could not be made for this version of Node; see above.');
};

const install = () => {
	console.log('Installing packages (a few minutes the first time)');
	if (npm(['ci'])) return;
	if (!npm(['ping', '--fetch-retries=0', '--fetch-timeout=10000'], 'ignore')) {
		throw new MissingError(
			'Segue needs its packages once and the package registry cannot be reached: go online and start again.',
		);
	}
	if (getCompiler() && npm(['ci'])) return;
	throw new MissingError('npm ci failed for the reason above.');
};

/** True when a compiler was missing and has now been installed; throws where there is none and we may not install it. */
const getCompiler = () => {
	if (process.platform === 'win32' || (answers('make', ['--version']) && answers('c++', ['--version']))) return false;
	if (installWithApt(['build-essential', 'python3'])) return true;
	const command = commandFor(COMPILERS);
	throw new MissingError(
		`The database module has to be compiled here and there is no compiler${command ? `; install one with: ${command}` : ''}`,
	);
};

const npm = (args, stdio = 'inherit') => {
	const env = { ...process.env, ONNXRUNTIME_NODE_INSTALL: 'skip' };
	// Headers beside the running Node spare node-gyp their download, so modules compile without a network too.
	const prefix = dirname(dirname(process.execPath));
	if (!env.npm_config_nodedir && existsSync(join(prefix, 'include', 'node', 'node.h'))) {
		env.npm_config_nodedir = prefix;
	}
	const options = { cwd: ROOT, stdio, env };
	const script = process.env.npm_execpath;
	// The npm that runs us, where one does; npm is a script that needs a shell on Windows.
	return script?.endsWith('npm-cli.js')
		? spawnSync(process.execPath, [script, ...args], options).status === 0
		: spawnSync('npm', args, { ...options, shell: process.platform === 'win32' }).status === 0;
};

const stampIs = stamp => existsSync(STAMP) && readFileSync(STAMP, 'utf8') === stamp;

/** Whether every package that the lockfile requires is there in its version. Optional ones may be absent. */
const matchesLock = lock => {
	if (!existsSync(INSTALLED)) return false;
	const wanted = JSON.parse(lock.toString()).packages;
	const installed = JSON.parse(readFileSync(INSTALLED, 'utf8')).packages;
	return Object.entries(wanted).every(
		([path, { version, optional, devOptional, link }]) =>
			path === '' || link || (installed[path] ? installed[path].version === version : optional || devOptional),
	);
};

const databaseRuns = () => {
	try {
		const Database = createRequire(join(ROOT, 'package.json'))('better-sqlite3');
		new Database(':memory:').close();
		return true;
	} catch {
		return false;
	}
};
