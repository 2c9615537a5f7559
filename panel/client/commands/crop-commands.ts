import {
	type AlignmentView,
	type Answer,
	type CropChange,
	endingChoices,
	type Suggestion,
} from '../../../engine/protocol/messages.js';
import type { Seconds } from '../../../engine/time/time.js';
import { failure, failureOf } from '../../state/failure.js';
import { resultsOf, selectedOf } from '../../state/view-state.js';
import type { CommandPorts } from './command-ports.js';

/** Changing crops, and looking at them closely. */
export class CropCommands {
	/** The latest change of a crop. */
	#changing: Promise<void> = Promise.resolve();

	constructor(private readonly ports: CommandPorts) {}

	/** Changes the selected crop; changes follow each other, each made to what the one before has left. */
	change(change: CropChange): Promise<void> {
		this.#changing = this.#changing.then(() => this.#change(change));
		return this.#changing;
	}

	/** The next kind of ending of the selected crop. */
	cycleEnding(): Promise<void> {
		const ending = selectedOf(this.ports.store.state.cut)?.choice.ending ?? 'natural';
		const next = endingChoices[(endingChoices.indexOf(ending) + 1) % endingChoices.length]!;
		return this.change({ kind: 'ending', ending: next });
	}

	/** Puts every pick's drop on a moment of the cut and ranks them anew; songs without one follow as they were. */
	async dropOnAll(cut: Seconds): Promise<void> {
		const { dispatch, state } = this.ports.store;
		const results = resultsOf(state.cut);
		if (results === null) return;
		const moved = await Promise.all(
			results.suggestions.map(pick =>
				this.#refined(pick, { kind: 'lock', cut, song: 'drop' }).then(
					({ suggestion }) => suggestion,
					() => null,
				),
			),
		);
		const locked = moved.filter(pick => pick !== null).sort((a, b) => b.score - a.score);
		if (locked.length === 0) {
			const none = failure('bad-request', 'None of these songs has a drop that could be put there');
			dispatch({ type: 'crop-refused', failure: none });
			return;
		}
		dispatch({
			type: 'picks-changed',
			suggestions: [...locked, ...results.suggestions.filter((_, k) => moved[k] === null)],
		});
	}

	/** A crop beside the cut, for looking closely. Rejects with an EngineError: who looks shows in place why there is none. */
	alignment({ track, plan, range, distance }: Suggestion, cut: string, signal: AbortSignal): Promise<AlignmentView> {
		const pieces = plan.pieces.map(({ song, at }) => ({ song, at }));
		const params = { cut, track: track.id, range, pieces, distance: distance.name };
		return this.ports.engine.ask('alignment', params, { signal });
	}

	async #change(change: CropChange): Promise<void> {
		const { dispatch, state } = this.ports.store;
		const pick = selectedOf(state.cut);
		if (pick === null) return;
		try {
			const { suggestion, changes } = await this.#refined(pick, change);
			const texts = (isBetter: boolean) =>
				changes.filter(({ before, after }) => after > before === isBetter).map(({ text }) => text);
			dispatch({ type: 'crop-changed', suggestion, better: texts(true), worse: texts(false) });
		} catch (error) {
			dispatch({ type: 'crop-refused', failure: failureOf(error) });
		}
	}

	#refined(pick: Suggestion, change: CropChange): Promise<Answer<'crop.refine'>> {
		const { cut } = this.ports.store.state;
		if (cut.state !== 'open') throw new TypeError('there is no cut to refine a crop for');
		const { track, range, choice, basis, alternatives } = pick;
		const asked = { cut: cut.cut.id, range, track: track.id, choice, basis, change };
		return this.ports.engine.ask('crop.refine', { ...asked, alternatives: alternatives.slice(0, 16) });
	}
}
