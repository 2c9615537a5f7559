import { SingleBar } from 'cli-progress';
import { EngineError, ERRORS } from '../../protocol/errors.js';

/** What a command says: its answer on standard output, everything else on standard error. */
export interface Terminal {
	/** The answer, once a command: as one JSON object with --json, else as text. */
	answer(value: unknown, text: string): void;
	/** A line for the person in front of it; left out with --json. */
	note(text: string): void;
	/** A bar that moves where a person looks on, plain lines where the output goes to a file, nothing with --json. */
	progress(title: string): ProgressLine;
}

export interface ProgressLine {
	/** @param total - null while it is not known */
	update(done: number, total: number | null, detail?: string): void;
	stop(): void;
}

export type Output = { write(text: string): unknown; readonly isTTY?: boolean };

export const openTerminal = (json: boolean, stdout: Output, stderr: Output): Terminal => ({
	answer: (value, text) => {
		stdout.write(`${json ? JSON.stringify(value) : text}\n`);
	},
	note: text => {
		if (!json) stderr.write(`${text}\n`);
	},
	progress: title => {
		if (json) return { update: () => {}, stop: () => {} };
		return stderr.isTTY === true ? movingBar(title) : plainLines(title, stderr);
	},
});

/**
 * A failure in one sentence with its code and what to do about it; the whole story only with --verbose. Returns the exit
 * code.
 */
export const reportFailure = (
	error: unknown,
	{ json, verbose }: { readonly json: boolean; readonly verbose: boolean },
	stdout: Output,
	stderr: Output,
): number => {
	const known = asEngineError(error);
	const { exit, remedy } = ERRORS[known.code];
	// Our own mistakes may come from another thread as a whole stack.
	const [detail = ''] = known.message.split('\n', 1);
	const sentence = detail.replace(/\.?\s*$/, '.');
	if (json) stdout.write(`${JSON.stringify({ error: { code: known.code, detail, remedy } })}\n`);
	stderr.write(`segue: ${sentence} (${known.code}) ${remedy}\n`);
	if (verbose) stderr.write(`${wholeStory(error)}\n`);
	return exit;
};

const asEngineError = (error: unknown): EngineError => {
	if (error instanceof EngineError) return error;
	if (error instanceof Error && error.name === 'AbortError') return new EngineError('cancelled', 'Cancelled.');
	const detail = error instanceof Error ? error.message : String(error);
	return new EngineError('internal', detail.split('\n', 1)[0] ?? '', { cause: error });
};

/** The stack of a failure and of all its causes. */
const wholeStory = (error: unknown): string => {
	if (!(error instanceof Error)) return String(error);
	const own = error.stack ?? error.message;
	return error.cause === undefined ? own : `${own}\nCaused by: ${wholeStory(error.cause)}`;
};

const movingBar = (title: string): ProgressLine => {
	const bar = new SingleBar({
		format: `${title} {bar} {value}/{total} {detail}`,
		barCompleteChar: '█',
		barIncompleteChar: '░',
		barsize: 24,
		hideCursor: true,
		clearOnComplete: false,
	});
	let started = false;
	return {
		update: (done, total, detail = '') => {
			if (total === null || total === 0) return;
			if (!started) bar.start(total, done, { detail });
			started = true;
			bar.setTotal(total);
			bar.update(done, { detail });
		},
		stop: () => bar.stop(),
	};
};

/** A line for every tenth of the way. */
const plainLines = (title: string, output: Output): ProgressLine => {
	let tenth = -1;
	return {
		update: (done, total) => {
			if (total === null || total === 0) return;
			const now = Math.floor((10 * done) / total);
			if (now === tenth) return;
			tenth = now;
			output.write(`${title}: ${done} of ${total}\n`);
		},
		stop: () => {},
	};
};
