// While a change is under way, news may replace the part that it is about (the end of a timeline does so). The answer
// goes to what stands there now: htmx would drop it, and nobody would learn what became of the change.
document.addEventListener('htmx:after:request', ({ detail: { ctx } }) => {
  const { target, request } = ctx
  if (request.method === 'GET' || !target?.id || target.isConnected) return
  ctx.target = document.getElementById(target.id) ?? target
})
