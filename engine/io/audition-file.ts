import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { auditioned } from '../protocol/messages.js';
import type { MusicPlacement } from '../timelines/music-placement.js';

const units = z.number().int();
const rate = z.object({ numerator: units.positive(), denominator: units.positive() });

const placement = z.object({
	path: z.string(),
	name: z.string(),
	crop: z.object({ start: units, duration: units, rate }),
	length: units,
	channels: units,
	at: units,
	track: z.string().nullable(),
}) satisfies z.ZodType<MusicPlacement>;

const record = auditioned.extend({
	placement,
	/** Seconds of the song that it stands for, where it is a rendering of them. */
	song: z.object({ start: z.number(), end: z.number() }).nullable(),
});

/** What lies in an edit for trial, and all that is needed to keep it or to tell of it. */
export type OnTrial = z.infer<typeof record>;

/**
 * What is on trial in each edit, in `auditions.json` of the data folder: it lies in the edit, so it has to be known to an
 * engine that was started anew as well. What can't be read is taken as nothing.
 */
export class AuditionFile {
	readonly #path: string;
	readonly #edits: Map<string, OnTrial>;

	constructor(home: string) {
		this.#path = join(home, 'auditions.json');
		this.#edits = new Map(Object.entries(read(this.#path)));
	}

	/** @param edit - see {@link Cuts.edit} */
	get(edit: string): OnTrial | null {
		return this.#edits.get(edit) ?? null;
	}

	/** Complete or unchanged after a kill. */
	set(edit: string, now: OnTrial | null): void {
		if (now === null) this.#edits.delete(edit);
		else this.#edits.set(edit, now);
		const partial = `${this.#path}.${process.pid}`;
		writeFileSync(partial, `${JSON.stringify(Object.fromEntries(this.#edits), null, '\t')}\n`, { mode: 0o600 });
		renameSync(partial, this.#path);
	}
}

const read = (path: string): Record<string, OnTrial> => {
	try {
		const stored = z.record(z.string(), record).safeParse(JSON.parse(readFileSync(path, 'utf8')));
		return stored.success ? stored.data : {};
	} catch {
		return {};
	}
};
