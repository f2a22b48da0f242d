"""What is odd about a release before it is published: codes with what to do, and the judges that find them."""
