import type { Params, Suggestion, TrackView } from '../../../engine/protocol/messages.js';
import { failureOf } from '../../state/failure.js';
import { ALL_PICKS, resultsOf, selectedOf } from '../../state/view-state.js';
import type { CommandPorts } from './command-ports.js';
import { suggestQuestion } from './suggest-question.js';

type Said = Params<'verdict.give'>['verdict'];

/** What a person thinks of tracks: favourites, rejected ones, and the next best in their place. Nothing here rejects. */
export class VerdictCommands {
	/** Looking for the next best; a later rejection looks anew. */
	#refilling = new AbortController();

	constructor(private readonly ports: CommandPorts) {}

	/** Learns what holds for the cut that is open. */
	async learn(cut: string | null): Promise<void> {
		try {
			const verdicts = await this.ports.engine.ask('verdict.list', { cut });
			this.ports.store.dispatch({ type: 'verdicts', verdicts });
		} catch {
			// Told by the state of the connection; the list is asked for again when the engine is back.
		}
	}

	/** Makes a track a favourite, or no longer one. */
	async toggleFavourite(track: TrackView): Promise<void> {
		const isOne = this.ports.store.state.verdicts.favourites.some(({ id }) => id === track.id);
		await this.#give(isOne ? 'no-favourite' : 'favourite', track.id);
	}

	/** The selected pick does not suit this edit: it leaves the list, and the next best follows at its end. */
	async reject(): Promise<void> {
		const { dispatch, state } = this.ports.store;
		const pick = selectedOf(state.cut);
		if (pick === null) return;
		const given = this.#give('rejected', pick.track.id);
		dispatch({ type: 'pick-rejected', pick });
		if (await given) await this.#refill();
		else dispatch({ type: 'pick-restored', track: pick.track.id });
	}

	/** Takes a rejection back. */
	async allow(track: string): Promise<void> {
		if (await this.#give('allowed', track)) this.ports.store.dispatch({ type: 'pick-restored', track });
	}

	/** Takes the latest change of the list back, be it of a crop or a rejection. */
	async undo(): Promise<void> {
		const { store } = this.ports;
		store.dispatch({ type: 'undo' });
		const rejected = new Set(store.state.verdicts.rejected.map(({ id }) => id));
		for (const { track } of resultsOf(store.state.cut)?.suggestions ?? []) {
			if (rejected.has(track.id)) await this.#give('allowed', track.id);
		}
	}

	/** A crop of this track was placed: nothing says more plainly that it suits. */
	async placed(track: string): Promise<void> {
		await this.#give('placed', track);
	}

	async #give(verdict: Said, track: string): Promise<boolean> {
		const { dispatch, state } = this.ports.store;
		const { cut } = state;
		const results = resultsOf(cut);
		const place = results?.suggestions.findIndex(pick => pick.track.id === track) ?? -1;
		const pick = results?.suggestions[place];
		try {
			const verdicts = await this.ports.engine.ask('verdict.give', {
				track,
				verdict,
				cut: cut.state === 'open' ? cut.cut.id : null,
				range: pick?.range ?? null,
				suggestion: pick === undefined ? null : judged(pick, results!.suggestions.slice(0, place)),
			});
			dispatch({ type: 'verdicts', verdicts });
			return true;
		} catch (error) {
			dispatch({ type: 'crop-refused', failure: failureOf(error) });
			return false;
		}
	}

	async #refill(): Promise<void> {
		const { dispatch, state } = this.ports.store;
		const { cut, verdicts } = state;
		const results = resultsOf(cut);
		if (cut.state !== 'open' || results === null || results.suggestions.length >= ALL_PICKS) return;
		this.#refilling.abort();
		this.#refilling = new AbortController();
		const { signal } = this.#refilling;
		try {
			const question = suggestQuestion(cut.cut.id, results, verdicts);
			const answer = await this.ports.engine.ask('suggest', question, { signal });
			if (!signal.aborted) dispatch({ type: 'picks-added', answer });
		} catch {
			// The list is shorter then; asking for a new one tells what is wrong.
		}
	}
}

const judged = (
	{ choice, terms, score, distance }: Suggestion,
	above: readonly Suggestion[],
): Params<'verdict.give'>['suggestion'] => ({
	choice,
	terms,
	score,
	distance,
	above: above.slice(0, ALL_PICKS).map(pick => pick.terms),
});
