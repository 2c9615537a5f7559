import { EngineError } from '../protocol/errors.js';

/** The error of a timeline that can't be used: one sentence that names what is wrong, and where. */
export const unreadable = (sentence: string, cause?: unknown): EngineError =>
	new EngineError('timeline-unreadable', sentence, cause === undefined ? undefined : { cause });

/** A name from a file for use in a sentence: quoted, on one line, cut where it is long. */
export const quoted = (name: string): string => {
	const line = name.replace(/\s+/g, ' ').trim();
	return `"${line.length > 60 ? `${line.slice(0, 59)}…` : line}"`;
};
