import { EngineError } from '../../protocol/errors.js';
import { interleaved } from './blocks.js';
import type { Ffmpeg } from './find-ffmpeg.js';
import { inputArguments } from './probe.js';
import { cancelled, type Program, startProgram } from './program.js';

/** One decoding pass: what goes before the input, what to make of it, and how many pipes that fills. */
export type Pass = {
	readonly seek: readonly string[];
	/** Filters, mappings and outputs; output k goes to {@link pipe}(k). */
	readonly outputs: readonly string[];
	readonly pipes: number;
};

/** How ffmpeg is to name its k-th output to us: standard error keeps descriptor 2. */
export const pipe = (k: number): string => (k === 0 ? 'pipe:1' : `pipe:${k + 2}`);

/**
 * Runs one decoding pass and yields what `readers` make of its pipes. The program is gone when this returns, whether it
 * finished, failed, was aborted, or the consumer left early. Damage that ffmpeg decodes around is no failure.
 *
 * @throws EngineError 'media-unreadable' where the pass fails or yields nothing; 'cancelled' after an abort
 */
export async function* decode<T>(
	programs: Ffmpeg,
	path: string,
	pass: Pass,
	readers: (outputs: Program['outputs']) => readonly AsyncGenerator<T>[],
	signal?: AbortSignal,
): AsyncGenerator<T> {
	const args = ['-v', 'error', '-nostdin', '-max_error_rate', '1', ...pass.seek, ...inputArguments(path)];
	const program = startProgram(programs.ffmpeg, [...args, ...pass.outputs], pass.pipes, signal);
	let yielded = 0;
	try {
		for await (const item of interleaved(readers(program.outputs))) {
			if (signal?.aborted) throw cancelled();
			yield item;
			yielded++;
		}
		const { code, complaints } = await program.ended;
		if (code !== 0 || yielded === 0) {
			throw new EngineError('media-unreadable', `${path} cannot be decoded`, { cause: complaints });
		}
	} finally {
		await program.end();
	}
}
