/**
 * Makes this copy of Segue ready to run: packages, ffmpeg, build. Needs nothing but Node. Running it again does no harm
 * and, with nothing to do, takes a moment. `--quiet` keeps it silent unless something has to be done.
 * Exit code 4 where something is missing that it can't get, with the one sentence on what to do.
 */

// Plain old syntax here, so that an old Node reads as far as the sentence that tells what is wrong with it.
var OLDEST = [20, 19];
var running = process.versions.node.split('.').map(Number);

if (running[0] < OLDEST[0] || (running[0] === OLDEST[0] && running[1] < OLDEST[1])) {
	console.error(
		'Segue needs Node ' +
			OLDEST.join('.') +
			' or newer, and this is ' +
			process.versions.node +
			': get one from https://nodejs.org',
	);
	process.exit(4);
}

import('./setup/prepare.mjs').then(module => {
	process.exitCode = module.prepare({ quiet: process.argv.includes('--quiet') });
});
