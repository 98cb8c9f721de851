/** A list of forty rows, with what one looks at. */
export const bareList = `<!doctype html><html lang="id"><head><title>Semua</title></head><body><ul>
<% for (const row of it.rows) { %>
<li id="row-<%= row.id %>"><a href="/conversations/<%= row.id %>">
<b><%= row.name %></b><% if (row.is_vip) { %><span class="vip">VIP</span><% } %>
<time datetime="<%= row.at %>"><%= it.time(row.at) %></time>
<span class="subject"><%= row.subject %></span><span class="preview"><%= row.preview %></span>
<% if (row.unanswered_count > 0) { %><span class="badge"><%= row.unanswered_count %></span><% } %>
<% if (row.priority !== 'normal') { %><span class="chip"><%= row.priority %></span><% } %>
<% for (const tag of (row.tags ?? '').split(',')) { %><span class="chip"><%= tag %></span><% } %>
<% if (row.agent) { %><span class="avatar"><%= row.agent %></span><% } %>
</a></li>
<% } %>
</ul></body></html>`

/** The newest fifty entries of one conversation and a field to answer in. */
export const bareThread = `<!doctype html><html lang="id"><body>
<% if (it.conversation) { %><h1><%= it.conversation.subject %></h1><p><%= it.conversation.name %></p><% } %>
<ol>
<% for (const message of it.messages) { %>
<li id="message-<%= message.id %>" class="<%= message.kind %>">
<b><%= message.agent ?? '' %></b><time datetime="<%= message.at %>"><%= it.time(message.at) %></time>
<p><%= message.text %></p><i><%= message.status %></i></li>
<% } %>
<% for (const event of it.events) { %><li><%= event.action %> <%= it.time(event.at) %></li><% } %>
</ol>
<form method="post"><textarea name="text"></textarea><button>Kirim</button></form>
</body></html>`
