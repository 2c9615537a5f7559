import { execFileSync } from 'node:child_process';
import type { BenchOptions } from './figures.js';

/**
 * What a Python program prints as JSON, run by the Python that SEGUE_PYTHON names (one with numpy and numba). Null, said
 * aloud, where there is none or it lacks a package: peers are no part of the product.
 */
export const runPython = (program: string, say: BenchOptions['say']): unknown => {
	const python = process.env.SEGUE_PYTHON;
	if (!python) {
		say('  no Python peer: SEGUE_PYTHON names no Python with numpy and numba');
		return null;
	}
	try {
		const stdio = ['ignore', 'pipe', 'pipe'] as const;
		return JSON.parse(
			execFileSync(python, ['-c', program], { encoding: 'utf8', stdio: [...stdio], maxBuffer: 2 ** 28 }),
		);
	} catch (error) {
		const said = (error as { stderr?: string }).stderr?.trim().split('\n').at(-1);
		say(`  no Python peer: ${said || (error as Error).message}`);
		return null;
	}
};
