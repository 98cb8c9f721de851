import { behavior } from './registry.js'

// On a popover that arrives as a fragment, data-opener="<id of its button>": opens at once. It stays where it is
// when it closes, because a request that it began may still be under way; the next one takes its place.
behavior('pop-up', popover => popover.showPopover())
