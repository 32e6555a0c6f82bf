"""PostgreSQL: the store is a database on a cluster, and the processes of several machines share it."""
