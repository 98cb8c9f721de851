const most = 1000

/** The events after `startId` that this tab has heard of, for what was drawn before one of them. Ids are `<boot>-<count>`. */
export function keepRecent(startId) {
  let from = startId
  let kept = []

  const isAfter = (a, b) => bootOf(a) === bootOf(b) && countOf(a) > countOf(b)
  return {
    add(news) {
      const isNewBoot = bootOf(news.id) !== bootOf(from)
      if (isNewBoot || news.data.includes('"topic":"resync"')) {
        from = news.id
        kept = []
      }
      kept.push(news)
      if (kept.length > most) from = kept.shift().id
    },
    /** Null when it is not known what came after that. */
    since(id) {
      const isKnown = bootOf(id) === bootOf(from) && countOf(id) >= countOf(from)
      return isKnown ? kept.filter(news => isAfter(news.id, id)) : null
    }
  }
}

const bootOf = id => id.split('-')[0]
const countOf = id => Number(id.split('-')[1])
