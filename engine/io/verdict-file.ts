import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { verdict } from '../protocol/messages.js';

/** One line of the file. `edit` names what the cut is a state of: see {@link VerdictFile}. */
export const verdictRecord = verdict.omit({ cut: true }).extend({ at: z.string(), edit: z.string().nullable() });
export type VerdictRecord = z.infer<typeof verdictRecord>;

/**
 * What the editor said of tracks and their crops, in `verdicts.jsonl` of the data folder: one line each, only ever added to,
 * so that nothing said is lost and taste can be learnt from all of it. What holds is what was said last.
 */
export class VerdictFile {
	readonly #path: string;
	readonly #favourites = new Set<string>();
	readonly #rejected = new Map<string, Set<string>>();
	#count = 0;

	constructor(home: string) {
		this.#path = join(home, 'verdicts.jsonl');
		for (const record of this.records()) this.#follow(record);
	}

	/** How much was ever said. */
	get count(): number {
		return this.#count;
	}

	/** Ids of tracks, the latest last. */
	get favourites(): ReadonlySet<string> {
		return this.#favourites;
	}

	/** Ids of tracks that are rejected for an edit, the latest last. */
	rejectedFor(edit: string): ReadonlySet<string> {
		return this.#rejected.get(edit) ?? new Set();
	}

	/** All that was ever said, in order. A line that can't be read, as a kill may leave one, is none. */
	records(): VerdictRecord[] {
		return textOf(this.#path)
			.split('\n')
			.flatMap(line => {
				const read = verdictRecord.safeParse(jsonOf(line));
				return read.success ? [read.data] : [];
			});
	}

	add(record: VerdictRecord): void {
		// Behind a line that a kill has left half written, the new one has to stand by itself.
		const text = textOf(this.#path);
		const separator = text === '' || text.endsWith('\n') ? '' : '\n';
		appendFileSync(this.#path, `${separator}${JSON.stringify(record)}\n`, { mode: 0o600 });
		this.#follow(record);
	}

	#follow({ track, verdict: said, edit }: VerdictRecord): void {
		this.#count++;
		switch (said) {
			case 'favourite':
				this.#favourites.add(track);
				return;
			case 'no-favourite':
				this.#favourites.delete(track);
				return;
			case 'rejected':
				if (edit !== null) this.#rejected.set(edit, new Set(this.#rejected.get(edit)).add(track));
				return;
			case 'allowed':
				if (edit !== null) this.#rejected.get(edit)?.delete(track);
				return;
			case 'placed':
				return;
		}
	}
}

const textOf = (path: string): string => (existsSync(path) ? readFileSync(path, 'utf8') : '');

const jsonOf = (line: string): unknown => {
	try {
		return JSON.parse(line);
	} catch {
		return undefined;
	}
};
