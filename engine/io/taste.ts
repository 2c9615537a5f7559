import { TERM_WEIGHTS, type TermValues } from '../crops/terms.js';
import { type Judged, learnedWeights } from '../suggestions/learned-weights.js';
import type { SettingsFile } from './settings-file.js';
import type { VerdictFile, VerdictRecord } from './verdict-file.js';

/** How much each term counts for this editor: as documented, or as learned from what they said, where they want that. */
export class Taste {
	private known: { readonly key: string; readonly weights: TermValues } | null = null;

	constructor(
		private readonly settings: SettingsFile,
		private readonly verdicts: VerdictFile,
	) {}

	/** The same until something is said or set. */
	get weights(): TermValues {
		const { learning, learningSince } = this.settings.current;
		if (!learning) return TERM_WEIGHTS;
		const key = `${learningSince} ${this.verdicts.count}`;
		if (this.known?.key !== key) {
			this.known = { key, weights: learnedWeights(judgedIn(this.verdicts.records(), learningSince)) };
		}
		return this.known.weights;
	}

	/** Verdicts that would be learned from, or are. */
	get judged(): number {
		return judgedIn(this.verdicts.records(), this.settings.current.learningSince).length;
	}
}

/**
 * Suggestions that were kept (placed, or made a favourite) or left (rejected), each of these once for a track and edit, as
 * said last. What was taken back, what was said of a track without a suggestion, and what is to be forgotten is left out.
 *
 * @param since - ISO time; what was said before it is forgotten
 */
export const judgedIn = (records: readonly VerdictRecord[], since: string | null): Judged[] => {
	const judged = new Map<string, Judged>();
	for (const { at, track, edit, verdict, suggestion } of records) {
		if (since !== null && at < since) continue;
		// A favourite is one of any edit.
		if (verdict === 'no-favourite') judged.delete(`favourite ${track}`);
		else if (verdict === 'allowed') judged.delete(`rejected ${track} ${edit}`);
		else if (suggestion) {
			judged.set(verdict === 'favourite' ? `favourite ${track}` : `${verdict} ${track} ${edit}`, {
				isKept: verdict !== 'rejected',
				terms: valuesOf(suggestion.terms),
				above: suggestion.above.map(valuesOf),
			});
		}
	}
	return [...judged.values()];
};

/** A term that was not known then says nothing. */
const valuesOf = (terms: NonNullable<VerdictRecord['suggestion']>['terms']): TermValues => {
	const values: Record<keyof TermValues, number> = { ...NOTHING };
	for (const { name, value } of terms) values[name] = value;
	return values;
};

const NOTHING = Object.fromEntries(Object.keys(TERM_WEIGHTS).map(name => [name, 0])) as TermValues;
