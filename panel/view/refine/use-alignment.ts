import { useEffect, useState } from 'react';
import type { AlignmentView, Suggestion } from '../../../engine/protocol/messages.js';
import { type Failure, failureOf } from '../../state/failure.js';
import { usePage } from '../page-context.js';

export type AlignmentState =
	| { readonly state: 'loading' }
	| { readonly state: 'ready'; readonly alignment: AlignmentView }
	| { readonly state: 'failed'; readonly failure: Failure };

/** How a crop lies beside the cut; asked anew for each crop. What was there stays until the new answer comes. */
export const useAlignment = (suggestion: Suggestion, cut: string): AlignmentState => {
	const { commands } = usePage();
	const [state, setState] = useState<AlignmentState>({ state: 'loading' });
	useEffect(() => {
		const stop = new AbortController();
		commands.crops.alignment(suggestion, cut, stop.signal).then(
			alignment => setState({ state: 'ready', alignment }),
			(error: unknown) => {
				const failure = failureOf(error);
				if (failure.code !== 'cancelled') setState({ state: 'failed', failure });
			},
		);
		return () => stop.abort();
	}, [commands, suggestion, cut]);
	return state;
};
