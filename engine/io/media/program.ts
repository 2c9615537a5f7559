import { type ChildProcess, spawn } from 'node:child_process';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { EngineError } from '../../protocol/errors.js';

/** A child process whose outputs somebody reads. */
export type Program = {
	/** Its standard output, then its pipes from descriptor 3 on. All of them must be read, or the program stalls. */
	readonly outputs: readonly Readable[];
	/** Settles once it has ended and everything it wrote has been read; rejects with 'cancelled' after an abort. */
	readonly ended: Promise<Ended>;
	/** Kills it if it still runs, drops what it wrote, and resolves when it is gone. */
	end(): Promise<void>;
};

/** `complaints`: the last few thousand characters that it wrote to its standard error. */
export type Ended = { readonly code: number | null; readonly complaints: string };

const COMPLAINTS_KEPT = 8192;

const alive = new Set<ChildProcess>();

process.on('exit', () => {
	// Otherwise a program that writes a file would go on without us.
	for (const child of alive) child.kill('SIGKILL');
});

/**
 * Starts a program with `outputCount` pipes to read from.
 *
 * @param signal - kills the program when it aborts
 * @param input - what it reads from its standard input, at its own pace; nothing by default
 */
export const startProgram = (
	path: string,
	args: readonly string[],
	outputCount: number,
	signal?: AbortSignal,
	input?: AsyncIterable<Uint8Array>,
): Program => {
	if (signal?.aborted) throw cancelled();
	const pipes = Array.from({ length: outputCount - 1 }, () => 'pipe' as const);
	const stdin = input ? 'pipe' : 'ignore';
	const child = spawn(path, args, { stdio: [stdin, 'pipe', 'pipe', ...pipes], windowsHide: true });
	alive.add(child);

	let inputFailure: unknown;
	if (input && child.stdin) {
		pipeline(Readable.from(input, { objectMode: false }), child.stdin).catch((cause: NodeJS.ErrnoException) => {
			// A program that closes its input early says why by its exit code.
			if (cause.code === 'EPIPE' || cause.code === 'ERR_STREAM_PREMATURE_CLOSE') return;
			inputFailure = cause;
			kill();
		});
	}

	let complaints = '';
	child.stderr?.setEncoding('utf8').on('data', (text: string) => {
		complaints = (complaints + text).slice(-COMPLAINTS_KEPT);
	});

	const kill = () => child.kill('SIGKILL');
	signal?.addEventListener('abort', kill, { once: true });

	const gone = new Promise<void>(resolve => {
		child.once('exit', () => resolve()).once('error', () => resolve());
	}).then(() => {
		alive.delete(child);
		signal?.removeEventListener('abort', kill);
	});

	const ended = new Promise<Ended>((resolve, reject) => {
		child.once('error', cause => reject(new EngineError('ffmpeg-missing', `${path} does not start`, { cause })));
		child.once('close', code => {
			if (signal?.aborted) reject(cancelled());
			else if (inputFailure !== undefined) reject(inputFailure);
			else resolve({ code, complaints });
		});
	});
	// Whoever stops reading early never looks at this.
	ended.catch(() => {});

	const outputs = [child.stdio[1], ...child.stdio.slice(3)] as Readable[];
	// An output is closed from our side when the program is ended early; its reader then learns of that from `ended`.
	for (const output of outputs) output.on('error', () => {});

	return {
		outputs,
		ended,
		end: async () => {
			kill();
			for (const output of outputs) output.destroy();
			await gone;
		},
	};
};

/**
 * Runs a program to its end and returns what it wrote to its standard output.
 *
 * @param limit - bytes; a program that writes more is killed and refused as 'media-absurd'
 */
export const outputOf = async (
	path: string,
	args: readonly string[],
	limit: number,
	signal?: AbortSignal,
): Promise<Ended & { readonly output: Buffer }> => {
	const program = startProgram(path, args, 1, signal);
	try {
		const chunks: Buffer[] = [];
		let bytes = 0;
		for await (const chunk of program.outputs[0] as AsyncIterable<Buffer>) {
			bytes += chunk.length;
			if (bytes > limit) throw new EngineError('media-absurd', `more than ${limit} bytes of description`);
			chunks.push(chunk);
		}
		return { ...(await program.ended), output: Buffer.concat(chunks) };
	} finally {
		await program.end();
	}
};

export const cancelled = (): EngineError => new EngineError('cancelled', 'cancelled on request');
