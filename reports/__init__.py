"""What is told: tables, runs, snapshots, Excel files and the dashboard."""
