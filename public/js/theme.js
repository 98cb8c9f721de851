import { behavior } from './registry.js'
import { listen } from './dom.js'

// Around the radios of the profile: shows the choice at once, the form keeps it.
behavior('theme', field =>
  listen(field, {
    change: ({ target }) => {
      const { dataset } = document.documentElement
      if (target.name === 'theme' && target.value !== 'system') dataset.theme = target.value
      else if (target.name === 'theme') delete dataset.theme
      if (target.name === 'density') dataset.density = target.value
    }
  })
)
