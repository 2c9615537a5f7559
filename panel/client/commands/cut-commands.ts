import type { CutView, Params, Region } from '../../../engine/protocol/messages.js';
import type { Seconds, Span } from '../../../engine/time/time.js';
import { failureOf } from '../../state/failure.js';
import { UPLOADING } from '../../state/notice.js';
import { type CutSource, type Example, selectedOf } from '../../state/view-state.js';
import type { AskOptions } from '../engine-client.js';
import type { SendFile } from '../upload.js';
import type { CommandPorts } from './command-ports.js';
import type { PlacingCommands } from './placing-commands.js';
import { suggestQuestion } from './suggest-question.js';
import type { VerdictCommands } from './verdict-commands.js';

/** As many of a kind as the engine weighs at once. */
const MOST_EXAMPLES = 8;

/** One piece of music carries no longer than this well, and is worth no less. */
const LONGEST_REGION: Seconds = 150;
const SHORTEST_REGION: Seconds = 20;

type OnProgress = NonNullable<AskOptions['onProgress']>;

/** Opening cuts, and asking for music for a stretch of them. What comes of it goes to the store. */
export class CutCommands {
	/** Opening and suggesting take turns: a new one ends the one before. */
	#job = new AbortController();

	constructor(
		private readonly ports: CommandPorts,
		private readonly verdicts: VerdictCommands,
		private readonly placing: PlacingCommands,
		private readonly sendFile: SendFile,
	) {}

	async open(source: CutSource): Promise<void> {
		const { dispatch } = this.ports.store;
		const { signal } = this.#nextJob();
		dispatch({ type: 'dialog', dialog: null });
		dispatch({ type: 'cut-opening', source });
		try {
			const cut = await this.#read(source, signal, progress => dispatch({ type: 'cut-progress', progress }));
			// Before the first list is asked for, which leaves them out.
			await this.verdicts.learn(cut.id);
			if (signal.aborted) return;
			dispatch({ type: 'cut-opened', cut });
			void this.placing.learn(cut.id);
			if (cut.pictureUrl === null) void this.makePreview();
		} catch (error) {
			if (this.#job.signal === signal) dispatch({ type: 'cut-failed', failure: failureOf(error) });
		}
	}

	/** Opens what is active in the editing program, looked at in the same way as before. */
	openHost(): Promise<void> {
		const { cut } = this.ports.store.state;
		const asEdited = cut.state !== 'none' && cut.source.kind === 'host' && cut.source.asEdited;
		return this.open({ kind: 'host', asEdited });
	}

	/** Reads the cut again where it lies, and asks for a new list. The old one stays until then. */
	async refresh(): Promise<void> {
		const { dispatch, state } = this.ports.store;
		if (state.cut.state !== 'open') return;
		const { source } = state.cut;
		// What was dropped here is a copy, and stays as it is.
		if (source.kind === 'file') return this.suggest();
		const { signal } = this.#nextJob();
		dispatch({ type: 'search-started' });
		try {
			const cut = await this.#read(source, signal, progress => dispatch({ type: 'search-progress', progress }));
			if (signal.aborted) return;
			await this.verdicts.learn(cut.id);
			dispatch({ type: 'cut-reread', cut });
			if (cut.pictureUrl === null) void this.makePreview();
		} catch (error) {
			if (this.#job.signal === signal) dispatch({ type: 'search-failed', failure: failureOf(error) });
			return;
		}
		await this.suggest();
	}

	/** Has a picture made that the browser can play, beside whatever else goes on. */
	async makePreview(): Promise<void> {
		const { dispatch, state } = this.ports.store;
		if (state.cut.state !== 'open') return;
		const cut = state.cut.cut.id;
		try {
			const onProgress: OnProgress = progress => dispatch({ type: 'preview-progress', progress });
			const { pictureUrl } = await this.ports.engine.ask('cut.preview', { cut }, { onProgress });
			dispatch({ type: 'preview-made', cut, pictureUrl });
		} catch (error) {
			dispatch({ type: 'preview-failed', cut, failure: failureOf(error) });
		}
	}

	async suggest(): Promise<void> {
		const { dispatch, state } = this.ports.store;
		if (state.cut.state !== 'open') return;
		const { cut, range } = state.cut;
		const { options } = state;
		const { signal } = this.#nextJob();
		dispatch({ type: 'search-started' });
		try {
			const question = suggestQuestion(cut.id, { range, options }, state.verdicts);
			const answer = await this.ports.engine.ask('suggest', question, {
				signal,
				onProgress: progress => {
					if (!signal.aborted) dispatch({ type: 'search-progress', progress });
				},
			});
			const asked = { range, options, without: question.without ?? [] };
			if (!signal.aborted) dispatch({ type: 'search-done', answer, asked });
		} catch (error) {
			if (this.#job.signal === signal) dispatch({ type: 'search-failed', failure: failureOf(error) });
		}
	}

	/** Asks for music that sounds more like the selected crop, or less. */
	async lean(isLiked: boolean): Promise<void> {
		const { state } = this.ports.store;
		const pick = selectedOf(state.cut);
		if (pick === null) return;
		const { track, crop } = pick;
		const others = state.options.examples.filter(each => each.track !== track.id);
		const sameKind = others.filter(each => each.isLiked === isLiked).slice(1 - MOST_EXAMPLES);
		const example = { track: track.id, title: track.title, passage: crop, isLiked };
		await this.#sounding([...others.filter(each => each.isLiked !== isLiked), ...sameKind, example]);
	}

	/** Takes back what {@link lean} asked for. */
	async unlean(track: string): Promise<void> {
		await this.#sounding(this.ports.store.state.options.examples.filter(each => each.track !== track));
	}

	async #sounding(examples: readonly Example[]): Promise<void> {
		this.ports.store.dispatch({ type: 'options', options: { examples } });
		await this.suggest();
	}

	/** Ends the opening or the search that runs. */
	cancel(): void {
		this.#job.abort();
	}

	/** Stretches of the cut for one piece of music each. Rejects with an EngineError: who lists them shows why there are none. */
	async regions(cut: string, signal: AbortSignal): Promise<readonly Region[]> {
		const params = { cut, shortest: SHORTEST_REGION, longest: LONGEST_REGION };
		return (await this.ports.engine.ask('regions', params, { signal })).regions;
	}

	setRange(range: Span): void {
		this.ports.store.dispatch({ type: 'range', range });
	}

	async #read(source: CutSource, signal: AbortSignal, show: OnProgress): Promise<CutView> {
		const onProgress: OnProgress = progress => {
			if (!signal.aborted) show(progress);
		};
		const ask = (params: Params<'cut.open'>) => this.ports.engine.ask('cut.open', params, { signal, onProgress });
		switch (source.kind) {
			case 'demo':
				return ask({ source: { kind: 'demo', name: source.name } });
			case 'path':
				return ask({ source: { kind: 'path', path: source.path } });
			case 'host':
				return ask({ source: { kind: 'host', rendered: source.asEdited } });
			case 'file': {
				const report = (done: number, total: number) => onProgress({ stage: UPLOADING, done, total });
				const { upload, name } = await this.sendFile(source.file, report, signal);
				return ask({ source: { kind: 'upload', upload, name } });
			}
		}
	}

	#nextJob(): AbortController {
		this.#job.abort();
		this.#job = new AbortController();
		return this.#job;
	}
}
