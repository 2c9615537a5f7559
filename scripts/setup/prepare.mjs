import { BuildError, build } from '../build.mjs';
import { ensureFfmpeg } from './ffmpeg.mjs';
import { ensurePackages } from './packages.mjs';
import { MissingError } from './system.mjs';

/** Packages, then ffmpeg, then the build; returns the exit code. */
export const prepare = ({ quiet }) => {
	try {
		ensurePackages();
		ensureFfmpeg();
		build({ quiet });
		return 0;
	} catch (error) {
		if (error instanceof MissingError) {
			console.error(error.message);
			return 4;
		}
		if (error instanceof BuildError) {
			console.error(`The build failed, for the reasons above: ${error.message}.`);
			return 1;
		}
		throw error;
	}
};
