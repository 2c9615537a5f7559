import { appendFileSync, readFileSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ERRORS } from '../protocol/errors.js';
import { type LogEntry, logEntry } from '../protocol/messages.js';
import { failureOf } from './failure.js';

/** Bytes of the file being written, above which it takes the place of the one before. */
const LIMIT = 512 * 1024;

/**
 * What the engine did and what failed, one JSON object a line, in `engine.log` of the data folder. It is bounded: the file
 * before, `engine.log.1`, is all that is kept of the past. Logging never fails anything: on a full disk it says nothing.
 */
export class EngineLog {
	private readonly path: string;
	private bytes: number;

	/** @param now - milliseconds since 1970 */
	constructor(
		home: string,
		private readonly now: () => number = Date.now,
		private readonly limit = LIMIT,
	) {
		this.path = join(home, 'engine.log');
		this.bytes = sizeOf(this.path);
	}

	write(entry: Omit<LogEntry, 'at'>): void {
		const line = `${JSON.stringify({ at: new Date(this.now()).toISOString(), ...entry })}\n`;
		try {
			if (this.bytes > 0 && this.bytes + line.length > this.limit) {
				renameSync(this.path, `${this.path}.1`);
				this.bytes = 0;
			}
			appendFileSync(this.path, line, { mode: 0o600 });
			this.bytes += Buffer.byteLength(line);
		} catch {
			// What happened matters more than that it was written down.
		}
	}

	/** The latest entries, oldest first; lines that a kill cut short are left out. */
	latest(most: number): readonly LogEntry[] {
		const lines = [`${this.path}.1`, this.path].flatMap(path => textOf(path).split('\n'));
		return lines
			.slice(-most - 1)
			.flatMap(line => entryOf(line) ?? [])
			.slice(-most);
	}
}

/** Seconds above which an answer is worth a line of its own. */
const SLOW = 1;

/** Notes an answer that failed or took long. What was cancelled is neither. */
export const logged = async <Answer>(log: EngineLog, event: string, answer: Promise<Answer>): Promise<Answer> => {
	const begun = performance.now();
	const seconds = (): number => (performance.now() - begun) / 1000;
	try {
		const result = await answer;
		if (seconds() > SLOW) log.write({ level: 'info', event, seconds: seconds() });
		return result;
	} catch (error) {
		const { code, detail } = failureOf(error);
		// The caller's mistakes and the input's faults are news; only what is ours to mend is an error.
		const level = ERRORS[code].exit === 5 ? 'error' : 'warning';
		if (code !== 'cancelled') log.write({ level, event, code, seconds: seconds(), detail });
		throw error;
	}
};

const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;

const textOf = (path: string): string => {
	try {
		return readFileSync(path, 'utf8');
	} catch {
		return '';
	}
};

const entryOf = (line: string): LogEntry | null => {
	try {
		const entry = logEntry.safeParse(JSON.parse(line));
		return entry.success ? entry.data : null;
	} catch {
		return null;
	}
};
