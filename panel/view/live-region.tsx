import { useEffect, useState } from 'react';
import { announcement } from '../state/announcement.js';
import { usePage } from './page-context.js';

/** Says aloud, to those who can't see it, what has changed. */
export const LiveRegion = () => {
	const { store } = usePage();
	const [text, setText] = useState('');
	useEffect(() => {
		let before = store.state;
		return store.subscribe(() => {
			const said = announcement(before, store.state);
			before = store.state;
			if (said !== null) setText(said);
		});
	}, [store]);
	return (
		<div className="unseen" role="status">
			{text}
		</div>
	);
};
