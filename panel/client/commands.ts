import {
	type AlignmentView,
	type Answer,
	type CropChange,
	type CutView,
	endingChoices,
	type Method,
	type Params,
	type Settings,
	type Suggestion,
	type TrackFilter,
} from '../../engine/protocol/messages.js';
import type { Seconds, Span } from '../../engine/time/time.js';
import { failure, failureOf } from '../state/failure.js';
import { type NoticeCommand, UPLOADING } from '../state/notice.js';
import { markersOf, type PlacingAct } from '../state/placing.js';
import type { ViewEvent } from '../state/reducer.js';
import type { Store } from '../state/store.js';
import {
	type CutSource,
	type DialogName,
	type Options,
	resultsOf,
	selectedOf,
	type ViewState,
	VOCALS,
} from '../state/view-state.js';
import type { AskOptions } from './engine-client.js';
import { suggestQuestion } from './suggest-question.js';
import type { SendFile } from './upload.js';
import { VerdictCommands } from './verdict-commands.js';

/** The part of the engine's client that commands need. */
export interface Asker {
	connect(): void;
	ask<M extends Method>(method: M, params: Params<M>, options?: AskOptions): Promise<Answer<M>>;
}

export type CommandPorts = {
	readonly store: Store<ViewState, ViewEvent>;
	readonly engine: Asker;
	readonly sendFile: SendFile;
	readonly reload: () => void;
};

/** Which tracks of the catalogue are asked for; in order of likeness to `like` where that is given. */
export type TrackQuery = { readonly text: string; readonly filter: TrackFilter; readonly like: string | null };

/** Entries of the log that are shown. */
const LOG_ENTRIES = 1000;

/** The selected crop, as it is asked to be laid under the edit. */
type Order = { readonly track: string; readonly title: string; readonly params: Params<'audition'> };

type CatalogChange = Extract<Method, 'catalog.add' | 'catalog.remove' | 'catalog.rescan' | 'catalog.pause'>;

/** Everything a person can make the page do with the engine. What comes of it goes to the store; nothing here rejects. */
export class Commands {
	readonly #store: Store<ViewState, ViewEvent>;
	readonly #engine: Asker;
	readonly #sendFile: SendFile;
	readonly #reload: () => void;
	readonly verdicts: VerdictCommands;
	/** Opening and suggesting take turns: a new one ends the one before. */
	#job = new AbortController();
	/** The latest change of a crop. */
	#changing: Promise<void> = Promise.resolve();

	constructor({ store, engine, sendFile, reload }: CommandPorts) {
		this.#store = store;
		this.#engine = engine;
		this.#sendFile = sendFile;
		this.#reload = reload;
		this.verdicts = new VerdictCommands(store, engine);
	}

	/** What the engine's arrival starts: the job that went down with it, or at first the demo that shows what this is. */
	resume(state: ViewState): void {
		const { cut, interrupted } = state;
		void this.#learnSettings();
		void this.verdicts.learn(cut.state === 'open' ? cut.cut.id : null);
		if (interrupted === 'suggesting') void this.suggest();
		else if (interrupted === 'opening' && cut.state === 'failed') void this.openCut(cut.source);
		else if (cut.state === 'none') {
			const demo = this.#store.state.status?.demoCuts[0];
			if (demo) void this.openCut({ kind: 'demo', ...demo });
		}
	}

	/** An editing program has come: what is open there is what the editor works on, rather than a demo nobody asked for. */
	hostChanged(before: ViewState): void {
		const { cut, host } = this.#store.state;
		const isUnasked =
			cut.state === 'none' ||
			((cut.state === 'opening' || (cut.state === 'open' && cut.search.state === 'idle')) &&
				cut.source.kind === 'demo');
		if (!before.host?.sequence && host?.sequence && isUnasked) void this.openCut({ kind: 'host' });
	}

	async openCut(source: CutSource): Promise<void> {
		const { dispatch } = this.#store;
		const { signal } = this.#nextJob();
		dispatch({ type: 'dialog', dialog: null });
		dispatch({ type: 'cut-opening', source });
		try {
			const cut = await this.#open(source, signal, progress => dispatch({ type: 'cut-progress', progress }));
			// Before the first list is asked for, which leaves them out.
			await this.verdicts.learn(cut.id);
			if (signal.aborted) return;
			dispatch({ type: 'cut-opened', cut });
			if (cut.pictureUrl === null) void this.makePreview();
		} catch (error) {
			if (this.#job.signal === signal) dispatch({ type: 'cut-failed', failure: failureOf(error) });
		}
	}

	/** Reads the cut again where it lies, and asks for a new list. The old one stays until then. */
	async refresh(): Promise<void> {
		const { dispatch, state } = this.#store;
		if (state.cut.state !== 'open') return;
		const { source } = state.cut;
		// What was dropped here is a copy, and stays as it is.
		if (source.kind === 'file') return this.suggest();
		const { signal } = this.#nextJob();
		dispatch({ type: 'search-started' });
		try {
			const cut = await this.#open(source, signal, progress => dispatch({ type: 'search-progress', progress }));
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
		const { dispatch, state } = this.#store;
		if (state.cut.state !== 'open') return;
		const cut = state.cut.cut.id;
		try {
			const onProgress: AskOptions['onProgress'] = progress => dispatch({ type: 'preview-progress', progress });
			const { pictureUrl } = await this.#engine.ask('cut.preview', { cut }, { onProgress });
			dispatch({ type: 'preview-made', cut, pictureUrl });
		} catch (error) {
			dispatch({ type: 'preview-failed', cut, failure: failureOf(error) });
		}
	}

	async suggest(): Promise<void> {
		const { dispatch, state } = this.#store;
		if (state.cut.state !== 'open') return;
		const { cut, range } = state.cut;
		const { options } = state;
		const { signal } = this.#nextJob();
		dispatch({ type: 'search-started' });
		try {
			const question = suggestQuestion(cut.id, { range, options }, state.verdicts);
			const answer = await this.#engine.ask('suggest', question, {
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

	/** Changes the selected crop; changes follow each other, each made to what the one before has left. */
	changeCrop(change: CropChange): Promise<void> {
		this.#changing = this.#changing.then(() => this.#changeCrop(change));
		return this.#changing;
	}

	/** The next kind of ending of the selected crop. */
	cycleEnding(): Promise<void> {
		const ending = selectedOf(this.#store.state.cut)?.choice.ending ?? 'natural';
		const next = endingChoices[(endingChoices.indexOf(ending) + 1) % endingChoices.length]!;
		return this.changeCrop({ kind: 'ending', ending: next });
	}

	/** Puts every pick's drop on a moment of the cut and ranks them anew; songs without one follow as they were. */
	async dropOnAll(cut: Seconds): Promise<void> {
		const { dispatch, state } = this.#store;
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

	async #changeCrop(change: CropChange): Promise<void> {
		const { dispatch, state } = this.#store;
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
		const { cut } = this.#store.state;
		if (cut.state !== 'open') throw new TypeError('there is no cut to refine a crop for');
		const { track, range, choice, basis, alternatives } = pick;
		const asked = { cut: cut.cut.id, range, track: track.id, choice, basis, change };
		return this.#engine.ask('crop.refine', { ...asked, alternatives: alternatives.slice(0, 16) });
	}

	/** Ends the opening or the search that runs. */
	cancel(): void {
		this.#job.abort();
	}

	setRange(range: Span): void {
		this.#store.dispatch({ type: 'range', range });
	}

	setOptions({ filter, ...remembered }: Partial<Options>): void {
		this.#store.dispatch({ type: 'options', options: { ...remembered, ...(filter && { filter }) } });
		if (Object.keys(remembered).length > 0) void this.changeSettings(remembered);
	}

	/** Keeps choices with the engine; while it is away they hold for this page alone. */
	async changeSettings(change: Partial<Settings>): Promise<void> {
		const { dispatch, state } = this.#store;
		if (state.settings !== null) dispatch({ type: 'settings', settings: { ...state.settings, ...change } });
		try {
			dispatch({ type: 'settings', settings: await this.#engine.ask('settings.change', { change }) });
		} catch {
			// Told by the state of the connection; what was chosen is on the page already.
		}
	}

	async #learnSettings(): Promise<void> {
		try {
			this.#store.dispatch({ type: 'settings', settings: await this.#engine.ask('settings.get', {}) });
		} catch {
			// As above.
		}
	}

	cycleVocals(): void {
		const { vocals } = this.#store.state.options;
		this.setOptions({ vocals: VOCALS[(VOCALS.indexOf(vocals) + 1) % VOCALS.length]! });
	}

	addFolder(folder: string): Promise<boolean> {
		return this.#changeCatalog('catalog.add', { folder });
	}

	removeFolder(folder: string): Promise<boolean> {
		return this.#changeCatalog('catalog.remove', { folder });
	}

	setPaused(paused: boolean): Promise<boolean> {
		return this.#changeCatalog('catalog.pause', { paused });
	}

	rescan(): Promise<boolean> {
		return this.#changeCatalog('catalog.rescan', {});
	}

	/** Rejects with an EngineError: those who list something show in place why it can't be listed. */
	listFolders(path: string | undefined, signal: AbortSignal): Promise<Answer<'folders.list'>> {
		return this.#engine.ask('folders.list', path === undefined ? {} : { path }, { signal });
	}

	/** Rejects like {@link listFolders}. */
	findTracks(
		{ text, filter, like }: TrackQuery,
		offset: number,
		limit: number,
		signal: AbortSignal,
	): Promise<Answer<'catalog.tracks'>> {
		const query = { ...(text && { text }), filter, ...(like !== null && { like }) };
		return this.#engine.ask('catalog.tracks', { ...query, offset, limit }, { signal });
	}

	/** A crop beside the cut, for looking closely. Rejects like {@link listFolders}. */
	alignment({ track, plan, range, distance }: Suggestion, cut: string, signal: AbortSignal): Promise<AlignmentView> {
		const pieces = plan.pieces.map(({ song, at }) => ({ song, at }));
		const params = { cut, track: track.id, range, pieces, distance: distance.name };
		return this.#engine.ask('alignment', params, { signal });
	}

	/** Rejects like {@link listFolders}. */
	listModels(signal: AbortSignal): Promise<Answer<'model.list'>> {
		return this.#engine.ask('model.list', {}, { signal });
	}

	/** Compares by another model from then on. Rejects like {@link listFolders}; cancelling changes nothing. */
	chooseModel(
		model: string,
		signal: AbortSignal,
		onProgress: NonNullable<AskOptions['onProgress']>,
	): Promise<Answer<'model.use'>> {
		return this.#engine.ask('model.use', { model }, { signal, onProgress });
	}

	/** Rejects like {@link listFolders}. */
	readLog(signal: AbortSignal): Promise<Answer<'log.read'>> {
		return this.#engine.ask('log.read', { limit: LOG_ENTRIES }, { signal });
	}

	/** Rejects like {@link listFolders}. */
	async report(paths: boolean): Promise<string> {
		return (await this.#engine.ask('report', { paths })).text;
	}

	/** Rejects like {@link listFolders}. */
	describeTrack(track: string, signal: AbortSignal): Promise<Answer<'catalog.describe'>> {
		return this.#engine.ask('catalog.describe', { track }, { signal });
	}

	/** Lays the selected crop under the edit. If it is on trial there already it is kept; another one that is goes. */
	async place(): Promise<void> {
		const order = this.#order();
		if (order === null) return;
		const { auditioned } = this.#store.state.placing;
		if (auditioned?.track === order.track) return this.#placed('keep', order);
		if (auditioned !== null) await this.removeAudition();
		return this.#placed('place', order);
	}

	/** Puts the selected crop on the timeline for trial, in the place of the one before. */
	async audition(): Promise<void> {
		const { dispatch } = this.#store;
		const order = this.#order();
		if (order === null) return;
		await this.#doing('audition', order.title, async () => {
			const placed = await this.#engine.ask('audition', order.params);
			dispatch({ type: 'auditioned', track: order.track, title: order.title, placed });
		});
	}

	async removeAudition(): Promise<void> {
		const { dispatch, state } = this.#store;
		const { auditioned } = state.placing;
		if (auditioned === null || state.cut.state !== 'open') return;
		const cut = state.cut.cut.id;
		await this.#doing('remove', auditioned.title, async () => {
			await this.#engine.ask('audition.remove', { cut });
			dispatch({ type: 'audition-removed' });
		});
	}

	/** Marks the selected crop's beats and sections in the edit. */
	async addMarkers(): Promise<void> {
		const { dispatch, state } = this.#store;
		const selected = selectedOf(state.cut);
		if (selected === null || state.cut.state !== 'open') return;
		const cut = state.cut.cut.id;
		const markers = markersOf(selected);
		if (markers.length === 0) return;
		await this.#doing('markers', selected.track.title, async () => {
			const { added } = await this.#engine.ask('markers', { cut, markers });
			dispatch({ type: 'marked', added });
		});
	}

	/** Does what a notice offers. */
	carryOut(command: NoticeCommand): void {
		const { dispatch, state } = this.#store;
		const { cut } = state;
		const show = (dialog: DialogName) => dispatch({ type: 'dialog', dialog });
		const actions: Readonly<Record<NoticeCommand, () => unknown>> = {
			reconnect: () => this.#engine.connect(),
			reload: () => this.#reload(),
			'add-folder': () => show('add-folder'),
			pause: () => this.setPaused(true),
			resume: () => this.setPaused(false),
			rescan: () => this.rescan(),
			'show-skipped': () => show('skipped'),
			'open-cut': () => show('open-cut'),
			'retry-cut': () => (cut.state === 'failed' || cut.state === 'open') && this.openCut(cut.source),
			'retry-preview': () => this.makePreview(),
			cancel: () => this.cancel(),
			'choose-range': () => show('range'),
			'whole-range': () => cut.state === 'open' && this.setRange({ start: 0, end: cut.cut.duration }),
			suggest: () => this.suggest(),
			place: () => this.place(),
			'remove-audition': () => this.removeAudition(),
			'open-host': () => this.openCut({ kind: 'host' }),
			'bring-back': () => this.verdicts.undo(),
			'show-rejected': () => show('rejected'),
			'any-vocals': () => {
				this.setOptions({ vocals: 'any' });
				return this.suggest();
			},
		};
		actions[command]();
	}

	/** What is asked of the engine for the selected crop; null where none is selected. */
	#order(): Order | null {
		const { cut } = this.#store.state;
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
		const { dispatch, state } = this.#store;
		if (state.cut.state !== 'open') return;
		const cut = state.cut.cut.id;
		await this.#doing(doing, title, async () => {
			const placed =
				doing === 'place'
					? await this.#engine.ask('place', { ...params, audioTrack: null })
					: await this.#engine.ask('audition.keep', { cut });
			dispatch({ type: 'placed', title, placed });
			void this.verdicts.placed(track);
		});
	}

	/** One thing at a time is done to the edit; what goes wrong is told. */
	async #doing(doing: PlacingAct, title: string, work: () => Promise<void>): Promise<void> {
		const { dispatch, state } = this.#store;
		if (state.placing.step.state === 'running') return;
		dispatch({ type: 'placing', doing, title });
		try {
			await work();
		} catch (error) {
			dispatch({ type: 'placing-failed', failure: failureOf(error) });
		}
	}

	async #open(source: CutSource, signal: AbortSignal, show: NonNullable<AskOptions['onProgress']>): Promise<CutView> {
		const onProgress: typeof show = progress => {
			if (!signal.aborted) show(progress);
		};
		const ask = (params: Params<'cut.open'>) => this.#engine.ask('cut.open', params, { signal, onProgress });
		switch (source.kind) {
			case 'demo':
				return ask({ source: { kind: 'demo', name: source.name } });
			case 'path':
				return ask({ source: { kind: 'path', path: source.path } });
			case 'host':
				return ask({ source: { kind: 'host', rendered: false } });
			case 'file': {
				const report = (done: number, total: number) => onProgress({ stage: UPLOADING, done, total });
				const { upload, name } = await this.#sendFile(source.file, report, signal);
				return ask({ source: { kind: 'upload', upload, name } });
			}
		}
	}

	async #changeCatalog<M extends CatalogChange>(method: M, params: Params<M>): Promise<boolean> {
		const { dispatch } = this.#store;
		try {
			const catalog = (await this.#engine.ask(method, params)) as Answer<CatalogChange>;
			dispatch({ type: 'catalog-failed', failure: null });
			dispatch({ type: 'catalog', catalog });
			return true;
		} catch (error) {
			dispatch({ type: 'catalog-failed', failure: failureOf(error) });
			return false;
		}
	}

	#nextJob(): AbortController {
		this.#job.abort();
		this.#job = new AbortController();
		return this.#job;
	}
}
