// Looks again while something is under way; without it there is a link that does.

setTimeout(() => location.reload(), 2000);
