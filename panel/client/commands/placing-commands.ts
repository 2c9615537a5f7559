import type { Params } from '../../../engine/protocol/messages.js';
import { failureOf } from '../../state/failure.js';
import { markersOf, type PlacingAct } from '../../state/placing.js';
import { selectedOf } from '../../state/view-state.js';
import type { CommandPorts } from './command-ports.js';
import type { VerdictCommands } from './verdict-commands.js';

/** The selected crop, as it is asked to be laid under the edit. */
type Order = { readonly track: string; readonly title: string; readonly params: Params<'audition'> };

/** Laying crops under the edit, and trying them there. What comes of it goes to the store; nothing here rejects. */
export class PlacingCommands {
	constructor(
		private readonly ports: CommandPorts,
		private readonly verdicts: VerdictCommands,
	) {}

	/** Learns what lies in the edit of a cut for trial, from before page or engine were started. */
	async learn(cut: string): Promise<void> {
		try {
			const { auditioned } = await this.ports.engine.ask('audition.state', { cut });
			this.ports.store.dispatch({ type: 'audition-found', auditioned });
		} catch {
			// Told by the state of the connection; what is on trial stays where it is.
		}
	}

	/** Lays the selected crop under the edit. If it is on trial there already it is kept; another one that is goes. */
	async place(): Promise<void> {
		const order = this.#order();
		if (order === null) return;
		const { auditioned } = this.ports.store.state.placing;
		if (auditioned?.track === order.track) return this.#placed('keep', order);
		if (auditioned !== null) await this.removeAudition();
		return this.#placed('place', order);
	}

	/** Puts the selected crop on the timeline for trial, in the place of the one before. */
	async audition(): Promise<void> {
		const { store, engine } = this.ports;
		const order = this.#order();
		if (order === null) return;
		await this.#doing('audition', order.title, async () => {
			const placed = await engine.ask('audition', order.params);
			store.dispatch({ type: 'auditioned', track: order.track, title: order.title, placed });
		});
	}

	async removeAudition(): Promise<void> {
		const { dispatch, state } = this.ports.store;
		const { auditioned } = state.placing;
		if (auditioned === null || state.cut.state !== 'open') return;
		const cut = state.cut.cut.id;
		await this.#doing('remove', auditioned.title, async () => {
			await this.ports.engine.ask('audition.remove', { cut });
			dispatch({ type: 'audition-removed' });
		});
	}

	/** Marks the selected crop's beats and sections in the edit. */
	async addMarkers(): Promise<void> {
		const { dispatch, state } = this.ports.store;
		const selected = selectedOf(state.cut);
		if (selected === null || state.cut.state !== 'open') return;
		const cut = state.cut.cut.id;
		const markers = markersOf(selected);
		if (markers.length === 0) return;
		await this.#doing('markers', selected.track.title, async () => {
			const { added } = await this.ports.engine.ask('markers', { cut, markers });
			dispatch({ type: 'marked', added });
		});
	}

	/** What is asked of the engine for the selected crop; null where none is selected. */
	#order(): Order | null {
		const { cut } = this.ports.store.state;
		const selected = selectedOf(cut);
		if (selected === null || cut.state !== 'open') return null;
		const { track, crop, plan, range } = selected;
		return {
			track: track.id,
			title: track.title,
			params: { cut: cut.cut.id, music: { track: track.id }, plan, crop, at: range.start },
		};
	}

	async #placed(doing: 'place' | 'keep', { track, title, params }: Order): Promise<void> {
		const { store, engine } = this.ports;
		const { cut } = params;
		await this.#doing(doing, title, async () => {
			const placed =
				doing === 'place'
					? await engine.ask('place', { ...params, audioTrack: null })
					: await engine.ask('audition.keep', { cut });
			store.dispatch({ type: 'placed', title, placed });
			void this.verdicts.placed(track);
		});
	}

	/** One thing at a time is done to the edit; what goes wrong is told. */
	async #doing(doing: PlacingAct, title: string, work: () => Promise<void>): Promise<void> {
		const { dispatch, state } = this.ports.store;
		if (state.placing.step.state === 'running') return;
		dispatch({ type: 'placing', doing, title });
		try {
			await work();
		} catch (error) {
			dispatch({ type: 'placing-failed', failure: failureOf(error) });
		}
	}
}
