import { createRequire } from 'node:module';
import { join } from 'node:path';
import { answers, commandFor, installWithApt, MissingError, ROOT } from './system.mjs';

const COMMANDS = {
	'apt-get': 'sudo apt-get install ffmpeg',
	dnf: 'sudo dnf install ffmpeg-free',
	pacman: 'sudo pacman -S ffmpeg',
	zypper: 'sudo zypper install ffmpeg',
	apk: 'sudo apk add ffmpeg',
	brew: 'brew install ffmpeg',
	port: 'sudo port install ffmpeg',
	winget: 'winget install Gyan.FFmpeg',
	choco: 'choco install ffmpeg',
	scoop: 'scoop install ffmpeg',
};

/** Finds an ffmpeg that runs, in the order in which the engine looks, or installs one where it may. */
export const ensureFfmpeg = () => {
	const named = process.env.FFMPEG_PATH;
	if (named) {
		if (answers(named, ['-version'])) return;
		throw new MissingError(`FFMPEG_PATH names ${named}, which does not run: correct it or unset it.`);
	}
	if (bundledRuns() || answers('ffmpeg', ['-version'])) return;
	if (installWithApt(['ffmpeg']) && answers('ffmpeg', ['-version'])) return;

	const command = commandFor(COMMANDS);
	throw new MissingError(
		command
			? `Segue needs ffmpeg to read media; install it with: ${command}`
			: 'Segue needs ffmpeg to read media; get it from https://ffmpeg.org/download.html or name it in FFMPEG_PATH.',
	);
};

const bundledRuns = () => {
	try {
		const path = createRequire(join(ROOT, 'package.json'))('ffmpeg-static');
		return typeof path === 'string' && answers(path, ['-version']);
	} catch {
		// An optional package: its own installation downloads, and npm leaves it out where that fails.
		return false;
	}
};
